"""What a facility may hold and what that is worth: elements, lists of critical raw materials, prices, UNFC.

    lists.status("W")                  strategic, critical, or on neither list, with the version of the list
    prices.newest("W")                 the newest price row of a series, per tonne of the element, with its source
    elements.mass_share("W", "WO3")    kilograms of tungsten in a kilogram of the oxide
    unfc.rate(criteria)                E, F and G from scored criteria, with reasons; the text comes from the code
    contribution.share(...)            what a yearly recovery is of the consumption of the EU, where that is known

Lists, prices and weights are data files with source and date; nothing here knows them by heart.
"""
