ITEM(none)
ITEM(l1)
ITEM(l2ball)
ITEM(box)
