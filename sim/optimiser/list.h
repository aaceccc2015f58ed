ITEM(adam)
ITEM(sgd)
