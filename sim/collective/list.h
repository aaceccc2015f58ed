ITEM(halving)
ITEM(ring)
ITEM(star)
ITEM(tree)
