"""The demonstration district: invented people, works and pictures for a first look at the house.

Everything here is made up and says so; nothing is a copy of a real work or a record of a museum.
It never runs unless the settings say DEMO.
"""
