"""Units, posts and people: duties hang on posts, people hold posts for a time, and a delegation has dates.

Officials rotate often, so a task, a grant and a deadline name a post, never a person.
"""
