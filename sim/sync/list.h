ITEM(bsp)
ITEM(ssp)
ITEM(async)
