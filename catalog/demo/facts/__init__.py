"""What the demonstration district holds: invented people, organisations and works.

Places are real (Weifang, Shandong); every person, organisation, work, seal and number is made up.
Plain data and the functions that combine it; no database, no clock, no chance.
"""
