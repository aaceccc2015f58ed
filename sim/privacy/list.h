ITEM(central)
ITEM(adaptive_clip)
ITEM(distributed)
