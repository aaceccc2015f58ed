ITEM(none)
ITEM(reverse)
ITEM(constant)
ITEM(noise)
