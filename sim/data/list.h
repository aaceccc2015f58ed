/* list.h - the data sets. */
ITEM(gaussian)
ITEM(linear)
ITEM(synthetic)
ITEM(glyphs)
ITEM(idx)
ITEM(libsvm)
ITEM(csv)
ITEM(hdf5)
