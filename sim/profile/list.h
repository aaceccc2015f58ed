ITEM(alternating)
ITEM(steps)
ITEM(trace)
