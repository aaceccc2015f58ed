ITEM(constant)
ITEM(cosine)
ITEM(inverse)
ITEM(step)
