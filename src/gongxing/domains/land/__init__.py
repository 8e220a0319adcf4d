"""落: three parks planned as one, their land, and who goes where.

Parks, parcels with their shapes, plan layers, utilities and clearance are registers here; states and countdowns follow from their dates, plan
conformity from their shapes, the layout of projects on parcels and the rating per mu from rules and weights anybody can read.
"""
