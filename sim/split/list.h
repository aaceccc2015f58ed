/* list.h - the splits. */
ITEM(iid)
ITEM(dirichlet)
ITEM(shards)
ITEM(quantity)
ITEM(by_label)
ITEM(natural)
ITEM(contiguous)
