"""The 招商图谱 report of one chain: collected once as plain facts, made into Word, PDF, a workbook and a picture."""
