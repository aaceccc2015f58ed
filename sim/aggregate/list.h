ITEM(mean)
ITEM(weighted)
ITEM(median)
