---@meta dt
-- reference.gen.lua - made by "dtsim docs" from the parameter tables: change those.

---the data set that is learned from
---@class dt.data

---Gaussian clouds, one a class. Source: standard
---@class dt.data.gaussian: dt.data
---@field [1] "gaussian"
---@field rows? integer|dt.alternatives training samples (preset 4096)
---@field test? integer|dt.alternatives test samples (preset 1024)
---@field columns? integer|dt.alternatives features of a sample (preset 20)
---@field classes? integer|dt.alternatives classes, equally likely (preset 10)
---@field spread? number|dt.alternatives standard deviation of the class means (preset 0.6)
---@field noise? number|dt.alternatives standard deviation around the class mean (preset 1)

---A real target, linear in Gaussian features. Source: standard
---@class dt.data.linear: dt.data
---@field [1] "linear"
---@field rows? integer|dt.alternatives training samples (preset 4096)
---@field test? integer|dt.alternatives test samples (preset 1024)
---@field columns? integer|dt.alternatives features of a sample (preset 20)
---@field noise? number|dt.alternatives standard deviation of the target's noise (preset 0.1)
---@field condition? number|dt.alternatives greatest over least variance of a column (preset 1)

---synthetic(alpha, beta): devices that differ in model and in inputs. Source: Li et al. 2020 (FedProx), section 5.1
---@class dt.data.synthetic: dt.data
---@field [1] "synthetic"
---@field alpha? number|dt.alternatives how much the devices' models differ (preset 1)
---@field beta? number|dt.alternatives how much the devices' inputs differ (preset 1)
---@field iid? boolean|dt.alternatives one model for all devices (alpha has no say) (preset false)
---@field columns? integer|dt.alternatives features of a sample (preset 60)
---@field classes? integer|dt.alternatives classes (preset 10)
---@field log_mean? number|dt.alternatives mean of the logarithm of a device's samples above min_samples (preset 4)
---@field log_sd? number|dt.alternatives its standard deviation (preset 2)
---@field min_samples? integer|dt.alternatives samples every device has (preset 50)
---@field max_samples? integer|dt.alternatives most samples of a device; 0: no bound (preset 0)
---@field holdout? number|dt.alternatives share of a device's samples kept for the test (preset 0.1)

---Documents of Zipf-distributed words, each about one topic. Source: Zipf 1949; Blei et al. 2003
---@class dt.data.documents: dt.data
---@field [1] "documents"
---@field rows? integer|dt.alternatives training documents (preset 1024)
---@field test? integer|dt.alternatives test documents (preset 256)
---@field words? integer|dt.alternatives words of the vocabulary: the features (preset 2000)
---@field length? integer|dt.alternatives words of a document (preset 20)
---@field topics? integer|dt.alternatives topics, equally likely (preset 10)
---@field exponent? number|dt.alternatives s: the word of rank r occurs in proportion to 1 / r^s; 0: all equally often (preset 1)
---@field share? number|dt.alternatives share of words that are drawn by the ranks of the topic; the others by ranks common to all (preset 0.5)
---@field predicts? "topic"|"word"|dt.alternatives the class of a document: its topic, or the word that follows (a language model) (preset topic)

---Drawn digits, distorted and noisy: a stand-in for MNIST that needs no file. Source: own strokes; elastic distortion after Simard et al. 2003
---@class dt.data.glyphs: dt.data
---@field [1] "glyphs"
---@field rows? integer|dt.alternatives training images (preset 4000)
---@field test? integer|dt.alternatives test images (preset 1000)
---@field noise? number|dt.alternatives standard deviation of a pixel (ink: 0.6 to 1) (preset 0.2)
---@field rotate? number|dt.alternatives turned by at most this, in degrees (preset 15)
---@field stretch? number|dt.alternatives made wider or higher by at most this share (preset 0.15)
---@field shear? number|dt.alternatives slanted by at most this (preset 0.2)
---@field shift? number|dt.alternatives moved by at most this, in pixels (preset 2.5)
---@field elastic? number|dt.alternatives bent: standard deviation at a lattice point, in pixels (preset 1.5)
---@field width? number|dt.alternatives mean width of a stroke, in pixels (preset 2.2)

---Images in the format of MNIST, Fashion-MNIST and EMNIST. Source: LeCun, Cortes, Burges, the MNIST database
---@class dt.data.idx: dt.data
---@field [1] "idx"
---@field path? string|dt.alternatives folder with the four files, beside the scenario, in the working folder or under $DTSIM_DATA; they are called as train-images-idx3-ubyte (dots instead of dashes, a prefix and .gz are read too); the distinct labels, in ascending order, are the classes 0, 1, ... (preset mnist)
---@field prefix? string|dt.alternatives where a folder holds several sets: what the names of the one to read begin with, such as "emnist-letters", or the end of that, "letters"
---@field scale? number|dt.alternatives values are multiplied by this; 0: bytes by 1/255, other types are read as they are (preset 0)
---@field train? integer|dt.alternatives training images, the first ones; 0: all (preset 0)
---@field test? integer|dt.alternatives test images, the first ones; 0: all (preset 0)

---A sparse text file of the LIBSVM collection; indices from 1, or from 0 where a file has an index 0; query ids (qid:) are left out. Source: Chang, Lin 2011 (LIBSVM)
---@class dt.data.libsvm: dt.data
---@field [1] "libsvm"
---@field path? string|dt.alternatives file: beside the scenario, in the working folder or under $DTSIM_DATA; .gz is read too
---@field test? string|dt.alternatives file of the test set
---@field holdout? number|dt.alternatives share of the rows kept for the test without a file (preset 0.2)
---@field columns? integer|dt.alternatives features; 0: as many as the greatest index found tells (preset 0)
---@field target? "class"|"real"|dt.alternatives what the label is (preset class)

---A table of text with a target column. Source: RFC 4180
---@class dt.data.csv: dt.data
---@field [1] "csv"
---@field path? string|dt.alternatives file: beside the scenario, in the working folder or under $DTSIM_DATA; .gz is read too
---@field test? string|dt.alternatives file of the test set; its labels must be spelled as those of path
---@field holdout? number|dt.alternatives share of the rows kept for the test without one (preset 0.2)
---@field column? string|dt.alternatives column of the target: its name (its number from 1 where there is no header), or last (preset last)
---@field target? "class"|"real"|dt.alternatives what the target is; classes are texts: "1" and "1.0" are two (preset class)
---@field owner? string|dt.alternatives column with the device of each row: any text
---@field drop? string|dt.alternatives columns to leave out, with commas between (a name that holds commas in double quotes); as in pandas, a first column without a name is called "Unnamed: 0", and a second "a" is called "a.1"
---@field header? boolean|dt.alternatives the first line names the columns (preset true)
---@field separator? ","|";"|"tab"|"space"|dt.alternatives what separates the fields; space: any number of blanks (preset ,)
---@field decimal? "."|","|dt.alternatives what separates the decimals of a number (preset .)
---@field standardise? boolean|dt.alternatives features get mean 0, variance 1 (preset true)
---@field missing? "refuse"|"mean"|"drop"|dt.alternatives what is done where a value is missing (empty, NA, NaN, None, ?, ...) or infinite: refuse the file, take the mean of the column over the training rows, or leave out the row (preset refuse)

---Datasets of an HDF5 file. Source: The HDF Group, HDF5
---@class dt.data.hdf5: dt.data
---@field [1] "hdf5"
---@field path? string|dt.alternatives file: beside the scenario, in the working folder or under $DTSIM_DATA
---@field test_path? string|dt.alternatives file of the test set, where it is not in path
---@field x? string|dt.alternatives dataset of the training samples; in a federated file, which holds examples/CLIENT/ARRAY, the array of each client, such as "pixels": the client is the owner, for split = "natural" (preset train_images)
---@field y? string|dt.alternatives dataset (or array) of the training labels: numbers, truths, or one column for each class with a 1 in that of the row (one-hot); the distinct numbers, in ascending order, are the classes 0, 1, ... (preset train_labels)
---@field test_x? string|dt.alternatives dataset of the test samples; empty: none; in a federated file x names the array (preset test_images)
---@field test_y? string|dt.alternatives dataset of the test labels; empty: none; in a federated file y names the array (preset test_labels)
---@field channels? "auto"|"first"|"last"|dt.alternatives where the channels of an image stand in a row of rank 3: first (channels x height x width, as in PyTorch), last (as in TensorFlow); auto: as the sizes tell, a warning says so where they are last (preset auto)
---@field owner? string|dt.alternatives dataset with the device of each training row: integers, whole numbers or texts
---@field target? "class"|"real"|dt.alternatives what the label is (preset class)
---@field scale? number|dt.alternatives values are multiplied by this: 1/255 for bytes (preset 1)
---@field train? integer|dt.alternatives training rows, the first ones; 0: all (preset 0)
---@field test? integer|dt.alternatives test rows, the first ones; 0: all (preset 0)

---Samples that are only counted: for learn = false. Source: none
---@class dt.data.blank: dt.data
---@field [1] "blank"
---@field rows? integer|dt.alternatives samples, which are counted and have no contents (preset 60000)
---@field columns? integer|dt.alternatives features (preset 784)
---@field classes? integer|dt.alternatives classes; 0: a real target (preset 10)

---data partition (IID or non-IID): which worker holds which sample
---@class dt.split
---@field own? number|dt.alternatives share of each worker's samples that its model is not trained on, but evaluated on (own_loss, own_accuracy, own_least and others); with natural, 0: the test samples of its devices, where the data has them (preset 0)

---IID partition: samples are shuffled and cut into equal pieces. Source: McMahan et al. 2017, section 3
---@class dt.split.iid: dt.split
---@field [1] "iid"

---Each class is shared out in random proportions. Source: Yurochkin et al. 2019, section 4
---it may leave workers without samples: each of them is given one sample of the largest shard, and the result counts them
---@class dt.split.dirichlet: dt.split
---@field [1] "dirichlet"
---@field alpha? number|dt.alternatives concentration: small (0.1): few classes a worker, strongly non-IID; large (100): nearly IID (preset 0.5)

---Sorted by label and dealt in shards: few classes a worker. Source: McMahan et al. 2017, section 3
---it may leave workers without samples: each of them is given one sample of the largest shard, and the result counts them
---@class dt.split.shards: dt.split
---@field [1] "shards"
---@field per_worker? integer|dt.alternatives shards that each worker gets; each shard holds samples of one or two classes, so 2 is strongly non-IID (preset 2)

---Each worker owns some classes that follow each other, and shares them with others that own them, too. Source: Yu et al. 2021, arXiv:2111.14248
---it may leave workers without samples: each of them is given one sample of the largest shard, and the result counts them
---@class dt.split.owned: dt.split
---@field [1] "owned"
---@field classes? integer|dt.alternatives classes that each worker owns; all, if there are not so many (preset 3)
---@field stride? integer|dt.alternatives how many classes later those of the next worker begin (preset 3)

---Sizes by a power law, labels alike. Source: Li et al. 2022, section 3.3
---it may leave workers without samples: each of them is given one sample of the largest shard, and the result counts them
---@class dt.split.quantity: dt.split
---@field [1] "quantity"
---@field power? number|dt.alternatives exponent of the power law of shard sizes; 0: all equal, larger: a few workers hold most samples (preset 1)

---Whole classes for each worker, as far as possible: the most non-IID partition. Source: standard
---it may leave workers without samples: each of them is given one sample of the largest shard, and the result counts them
---@class dt.split.by_label: dt.split
---@field [1] "by_label"

---By the device that produced each sample; at most one worker a device. Source: Caldas et al. 2018 (LEAF)
---@class dt.split.natural: dt.split
---@field [1] "natural"

---Blocks of rows in the order of the file. Source: standard
---it may leave workers without samples: each of them is given one sample of the largest shard, and the result counts them
---@class dt.split.contiguous: dt.split
---@field [1] "contiguous"
---@field sizes? number[]|dt.alternatives sizes of the blocks, in proportion; none: equal

---Every worker holds every sample. Source: Wang et al. 2019, section VII, case 3
---@class dt.split.all: dt.split
---@field [1] "all"

---Half of the workers share the lower classes evenly, the others hold whole classes of the upper ones. Source: Wang et al. 2019, section VII, case 4
---it may leave workers without samples: each of them is given one sample of the largest shard, and the result counts them
---@class dt.split.halves: dt.split
---@field [1] "halves"

---the model that is trained, with its loss
---@class dt.model

---Bag of words: summed embeddings, then softmax; its gradients are sparse by rows. Source: Mikolov et al. 2013, section 3.1
---@class dt.model.bag: dt.model
---@field [1] "bag"
---@field units? integer|dt.alternatives numbers that stand for a word: the columns of the embedding (preset 32)
---@field nonzeros? integer|dt.alternatives different words of a sample, for which flops are counted; 0: the whole vocabulary, as if it were a dense layer (preset 0)

---Convolutional network: convolutions with pooling, a dense layer, then softmax. Source: McMahan et al. 2017, section 3 (CNN)
---@class dt.model.cnn: dt.model
---@field [1] "cnn"
---@field filters? number[]|dt.alternatives filters of each convolution (preset 32 64)
---@field kernel? integer|dt.alternatives height and width of the patch a filter sees (preset 5)
---@field units? integer|dt.alternatives units of the hidden dense layer (preset 512)

---Squared distance to the nearest of several centres; labels are not used. Source: Bottou, Bengio 1995, eq. 1
---@class dt.model.kmeans: dt.model
---@field [1] "kmeans"
---@field clusters? integer|dt.alternatives centres (preset 10)
---@field spread? number|dt.alternatives standard deviation of the first centres, around 0 (preset 1)

---Linear regression with squared loss. Source: standard
---@class dt.model.linear: dt.model
---@field [1] "linear"
---@field bias? boolean|dt.alternatives learn a constant besides the weights (preset true)

---Logistic regression of two classes. Source: standard
---@class dt.model.logistic: dt.model
---@field [1] "logistic"
---@field bias? boolean|dt.alternatives learn a constant besides the weights (preset true)

---Multilayer perceptron: dense hidden layers, then softmax. Source: McMahan et al. 2017, section 3 (2NN)
---@class dt.model.mlp: dt.model
---@field [1] "mlp"
---@field widths? number[]|dt.alternatives units of each hidden layer (preset 200 200)
---@field activation? "relu"|"tanh"|dt.alternatives what follows each hidden layer (preset relu)
---@field groups? integer|dt.alternatives groups of classes, in order and of equal size where they divide the classes, whose scores come from a block of units of their own (Fed2); 1: none (preset 1)
---@field shared? integer|dt.alternatives with groups: the first so many hidden layers have no blocks (preset 0)

---Layers of which only the sizes are known: nothing is learnt. Source: He et al. 2016 (resnet50) and others, see sim/model/profiles/make.py; or the user's file
---@class dt.model.profile: dt.model
---@field [1] "profile"
---@field path? string|dt.alternatives resnet50 or another shipped name, or a CSV of layers

---Multinomial logistic regression. Source: standard
---@class dt.model.softmax: dt.model
---@field [1] "softmax"

---Soft-margin support vector machine of two classes. Source: Tuor et al. 2018; Wang et al. 2019, table I
---@class dt.model.svm: dt.model
---@field [1] "svm"
---@field form? "hinge"|"squared"|dt.alternatives hinge has a kink at the margin, squared is smooth (preset squared)
---@field lambda? number|dt.alternatives weight of the penalty on large w (preset 0.1)
---@field bias? boolean|dt.alternatives learn a constant besides the weights (preset true)

---the layers that a neural network is built of
---@class dt.layer

---Slide filters over an image, stride 1. Source: Zhang et al. 2018
---@class dt.layer.conv: dt.layer
---@field [1] "conv"
---@field filters? integer|dt.alternatives channels of the output (preset 32)
---@field kernel? integer|dt.alternatives height and width of the patch a filter sees (preset 5)
---@field padding? "same"|"valid"|dt.alternatives same keeps height and width, valid adds no zeros (preset same)
---@field start? "he"|"glorot"|dt.alternatives range of the first weights: he before a relu (preset he)

---Every output is a weighted sum of all inputs. Source: standard
---@class dt.layer.dense: dt.layer
---@field [1] "dense"
---@field units? integer|dt.alternatives outputs (preset 10)
---@field bias? boolean|dt.alternatives add a learned constant to every output (preset true)
---@field start? "he"|"glorot"|dt.alternatives range of the first weights: he before a relu (preset glorot)

---The sum of the rows of the inputs that are not 0, such as words. Source: Bengio et al. 2003, section 2
---@class dt.layer.embedding: dt.layer
---@field [1] "embedding"
---@field units? integer|dt.alternatives outputs: the numbers of a row (preset 32)
---@field nonzeros? integer|dt.alternatives inputs of a sample that are not 0, such as its words, for which flops are counted; 0: all (preset 0)

---Units in groups, each of which reads its own part of the inputs. Source: Krizhevsky et al. 2012, section 3.5
---@class dt.layer.grouped: dt.layer
---@field [1] "grouped"
---@field units? integer|dt.alternatives outputs of all groups together (preset 10)
---@field groups? integer|dt.alternatives groups of units (preset 2)
---@field whole? boolean|dt.alternatives every group reads all inputs, not its part of them alone (preset false)
---@field start? "he"|"glorot"|dt.alternatives range of the first weights: he before a relu (preset glorot)

---Keep the largest value of each square of pixels. Source: Ranzato et al. 2007, section 2
---@class dt.layer.maxpool: dt.layer
---@field [1] "maxpool"
---@field size? integer|dt.alternatives height and width of a square (preset 2)

---Set what is negative to zero. Source: Nair, Hinton 2010
---@class dt.layer.relu: dt.layer
---@field [1] "relu"

---Squash to between -1 and 1. Source: standard
---@class dt.layer.tanh: dt.layer
---@field [1] "tanh"

---optimiser: how a gradient becomes a step, with the learning rate lr and gradient clipping
---@class dt.optimiser
---@field lr? number|dt.alternatives learning rate; the schedule multiplies it (preset 0.1)
---@field clip_norm? number|dt.alternatives gradient clipping by norm: a longer gradient is scaled down to this 2-norm before a step; 0: no clipping (preset 0)
---@field clip_value? number|dt.alternatives gradient clipping by value: every entry is cut off at this size, before clip_norm; 0: no clipping (preset 0)

---Steps sized entry by entry by the sum of squared gradients so far. Source: Duchi, Hazan, Singer 2011, section 1.1
---@class dt.optimiser.adagrad: dt.optimiser
---@field [1] "adagrad"
---@field beta1? number|dt.alternatives decay of the running mean of the gradient, which takes the gradient's place; 0: none (preset 0)
---@field initial? number|dt.alternatives what the sum of squares begins with; above 0 the first steps are smaller (preset 0)
---@field eps? number|dt.alternatives added to the root of the sum of squares; FedAdagrad takes 1e-3 (preset 1e-10)

---Steps sized entry by entry from moments of the gradient. Source: Kingma, Ba 2015, algorithm 1
---@class dt.optimiser.adam: dt.optimiser
---@field [1] "adam"
---@field beta1? number|dt.alternatives decay of the running mean of the gradient (first moment) (preset 0.9)
---@field beta2? number|dt.alternatives decay of the running mean of its square (second moment) (preset 0.999)
---@field eps? number|dt.alternatives added to the root of the mean square (preset 1e-08)
---@field bias_correction? boolean|dt.alternatives divide the moments by what they lack because they begin at 0; false: the first steps are smaller, as FedAdam's (preset true)

---Adam with weight decay beside the moments, not through them. Source: Loshchilov, Hutter 2019, algorithm 2
---@class dt.optimiser.adamw: dt.optimiser
---@field [1] "adamw"
---@field beta1? number|dt.alternatives decay of the running mean of the gradient (first moment) (preset 0.9)
---@field beta2? number|dt.alternatives decay of the running mean of its square (second moment) (preset 0.999)
---@field eps? number|dt.alternatives added to the root of the mean square (preset 1e-08)
---@field weight_decay? number|dt.alternatives weight decay: a step takes this share of x, times the rate (preset 0.01)

---Adam's direction, of which each layer takes as much as its weights are long. Source: You et al. 2020, algorithm 2
---@class dt.optimiser.lamb: dt.optimiser
---@field [1] "lamb"
---@field beta1? number|dt.alternatives decay of the running mean of the gradient (first moment) (preset 0.9)
---@field beta2? number|dt.alternatives decay of the running mean of its square (second moment) (preset 0.999)
---@field eps? number|dt.alternatives added to the root of the mean square (preset 1e-06)
---@field weight_decay? number|dt.alternatives weight decay: this times x is added to Adam's direction (preset 0.01)

---Momentum with a rate for each layer, by the norms of weights and gradient. Source: You, Gitman, Ginsburg 2017, algorithm 1
---@class dt.optimiser.lars: dt.optimiser
---@field [1] "lars"
---@field momentum? number|dt.alternatives share of the last step that is kept (preset 0.9)
---@field weight_decay? number|dt.alternatives weight decay: this times x is added to the gradient (preset 0)
---@field trust_coefficient? number|dt.alternatives how far a layer may go at rate 1, as a share of the norm of its weights (eta) (preset 0.001)
---@field eps? number|dt.alternatives added to what the norm of the weights is divided by (preset 1e-08)

---Gradient descent with momentum, Nesterov momentum or neither. Source: Sutskever et al. 2013, eq. 1 to 4
---@class dt.optimiser.sgd: dt.optimiser
---@field [1] "sgd"
---@field momentum? number|dt.alternatives share of the last step that is kept (preset 0)
---@field nesterov? boolean|dt.alternatives look ahead along the momentum (preset false)
---@field weight_decay? number|dt.alternatives weight decay: this times x is added to the gradient (preset 0)

---Adam whose mean square forgets large gradients slowly, without bias correction. Source: Zaheer et al. 2018, algorithm 2
---@class dt.optimiser.yogi: dt.optimiser
---@field [1] "yogi"
---@field beta1? number|dt.alternatives decay of the running mean of the gradient (first moment) (preset 0.9)
---@field beta2? number|dt.alternatives 1 minus the share of a new square by which the mean square moves (preset 0.999)
---@field initial? number|dt.alternatives what the mean square begins with; above 0 the first steps are smaller (preset 0)
---@field eps? number|dt.alternatives added to the root of the mean square (preset 0.001)

---what every step of the optimiser is brought back to: a penalty's proximal operator, or a set of models
---@class dt.project

---The model stays where a step has left it. Source: the case without a projection
---@class dt.project.none: dt.project
---@field [1] "none"

---Soft threshold of an l1 penalty (lasso): small weights become exactly 0. Source: Daubechies et al. 2004, section 2
---@class dt.project.l1: dt.project
---@field [1] "l1"
---@field lam? number|dt.alternatives weight of the penalty on the sum of absolute values (lasso), which the loss includes; of all parameters, a bias among them (preset 0.01)

---Scale a model down to a largest 2-norm. Source: Zinkevich 2003, section 2
---@class dt.project.l2ball: dt.project
---@field [1] "l2ball"
---@field radius? number|dt.alternatives largest 2-norm of the model (preset 1)

---Cut every parameter off at a least and a largest value. Source: Bertsekas 1976
---@class dt.project.box: dt.project
---@field [1] "box"
---@field least? number|dt.alternatives smallest value of a parameter (preset -1)
---@field most? number|dt.alternatives largest value of a parameter (preset 1)

---learning-rate schedule: the factor of lr over time; in a round all workers use the factor of its beginning
---@class dt.schedule
---@field by? "epochs"|"rounds"|"steps"|dt.alternatives what at counts: global epochs (passes over all samples, all workers together), rounds, or steps of a worker; a key of that name in place of at says both (preset epochs)

---The learning rate stays as it is. Source: standard
---one learning rate for all: in a round every worker uses the factor of the round's beginning; where workers have no common rounds (gossip), the epochs are those that all have gone through when each has done as many steps
---@class dt.schedule.constant: dt.schedule
---@field [1] "constant"

---The learning rate falls along half a cosine wave to a floor. Source: Loshchilov, Hutter 2017, eq. 5
---one learning rate for all: in a round every worker uses the factor of the round's beginning; where workers have no common rounds (gossip), the epochs are those that all have gone through when each has done as many steps
---@class dt.schedule.cosine: dt.schedule
---@field [1] "cosine"
---@field at? number|dt.alternatives where the floor is reached: epochs = 100, or rounds, steps (preset 100)
---@field floor? number|dt.alternatives smallest share of the rate (preset 0.001)

---The learning rate falls as one over the training's progress. Source: Bottou 2012, section 5.2
---one learning rate for all: in a round every worker uses the factor of the round's beginning; where workers have no common rounds (gossip), the epochs are those that all have gone through when each has done as many steps
---@class dt.schedule.inverse: dt.schedule
---@field [1] "inverse"
---@field at? number|dt.alternatives where the rate is halved: epochs = 10, or rounds, steps (preset 10)

---Any shape, such as warm-up: a factor of the learning rate at each point, straight lines between. Source: standard
---one learning rate for all: in a round every worker uses the factor of the round's beginning; where workers have no common rounds (gossip), the epochs are those that all have gone through when each has done as many steps
---@class dt.schedule.points: dt.schedule
---@field [1] "points"
---@field at? number[]|dt.alternatives the points, in order: epochs = { 0, 5, 60 }, or rounds, steps (preset 0)
---@field factor? number[]|dt.alternatives what the rate is multiplied by at each point (preset 1)

---The learning rate falls by a factor at given points of the training. Source: standard
---one learning rate for all: in a round every worker uses the factor of the round's beginning; where workers have no common rounds (gossip), the epochs are those that all have gone through when each has done as many steps
---@class dt.schedule.step: dt.schedule
---@field [1] "step"
---@field at? number[]|dt.alternatives where the rate falls: epochs = { 30, 60 }, or rounds, steps (preset 30 60 90)
---@field factor? number|dt.alternatives what the rate is multiplied by there (preset 0.1)

---the training algorithm: which worker computes what, and who sends what to whom
---@class dt.strategy

---Local SGD whose period shrinks as the loss falls (AdaComm). Source: Wang, Joshi 2019, section 4
---with faults: an all-reduce waits until faults.deadline for workers whose hosts have failed, and then goes on without them; a recovered worker starts from the model of the others and joins their next all-reduce
---@class dt.strategy.adacomm: dt.strategy
---@field [1] "adacomm"
---@field period? integer|dt.alternatives local steps between two means at the beginning (tau_0) (preset 20)
---@field interval? number|string|dt.alternatives simulated time between two changes of the period (T_0) (preset 60 s)
---@field gamma? number|dt.alternatives factor by which the period shrinks if the loss alone would not shrink it (preset 0.5)
---@field scale_by_lr? boolean|dt.alternatives let a falling learning rate lengthen the period: eta_0 / eta_l under the root, too (preset false)
---@field hold_lr? boolean|dt.alternatives keep the learning rate from falling while the period is above 1 (preset true)
---@field block_momentum? number|dt.alternatives block momentum (beta_g): momentum of the common model from mean to mean; 0: none (preset 0)
---@field estimate? "model"|"batch"|dt.alternatives whose loss the period follows: that of the mean model, or that of the batches (preset model)

---Workers that never wait: models are averaged in the background while they train (BAGUA's Async). Source: Gan et al. 2021
---hosts do not fail, as averages in the background do not support that yet: crash, availability, battery and links that go off are refused; messages may be lost, and links change their speed; faults.deadline has nothing to wait for
---@class dt.strategy.async_average: dt.strategy
---@field [1] "async_average"
---@field interval? number|string|dt.alternatives least time between the beginnings of two averages; 0: one begins as soon as the last is over (preset 0 s)

---Federated averaging under budgets of time, bytes or energy, with as many local steps as a bound of the loss says. Source: Wang et al. 2019, Algorithms 2 and 3
---with faults: the server invites clients whose hosts are up; one that fails in a round is waited for until faults.deadline, and that time is part of what a round costs
---@class dt.strategy.budget: dt.strategy
---@field [1] "budget"
---@field fraction? number|dt.alternatives share of the clients that take part in a round; 0: one client (preset 1)
---@field period? integer|dt.alternatives local steps in every round but the last (tau), to compare with; 0: the server chooses them (preset 0)
---@field most? integer|dt.alternatives largest number of local steps in a round that is chosen (tau_max) (preset 100)
---@field growth? integer|dt.alternatives the local steps grow by at most this factor from round to round (preset 10)
---@field phi? number|dt.alternatives control parameter: a larger one makes rounds with few local steps (preset 0.025)

---Synchronous SGD on gradients that are decoded from the words of a code, for stragglers and Byzantine workers. Source: Tandon et al. 2017; Chen et al. 2018 (DRACO)
---with faults: a failed worker is a missing word; if the code does not bear it, the server waits for it until faults.deadline, asks whoever is there for the words that are missing, and the run ends as undecodable when nobody can send them; with code = "none" it goes on without them
---@class dt.strategy.coded: dt.strategy
---@field [1] "coded"
---@field late? "leave"|"finish"|dt.alternatives what workers do that have not sent their word when the others go on; leave: they break off at once, and begin the next iteration with the others; finish: they finish, their word is dropped, and they begin the iteration that is then in progress (preset leave)

---Decentralised SGD corrected by each worker's last step, without an error from uneven data. Source: Tang et al. 2018, Algorithm 1
---with faults: neighbours wait for a failed worker until faults.deadline and then mix without it; the correction that it held is lost, so that the models end off the optimum; a recovered worker starts from a neighbour's model in the newest round, with a plain step
---@class dt.strategy.d2: dt.strategy
---@field [1] "d2"

---Local steps of an inner optimiser, then one step of an outer one along the mean change (DiLoCo). Source: Douillard et al. 2023, Algorithm 1
---with faults: an all-reduce waits until faults.deadline for workers whose hosts have failed, and then goes on without them; a recovered worker takes the model and the outer optimiser's memory of another one, begins its inner optimiser anew, and contributes nothing to the next all-reduce
---@class dt.strategy.diloco: dt.strategy
---@field [1] "diloco"
---@field period? integer|dt.alternatives local steps between two outer steps (H; 500 in the paper): a longer period sends less, and lets the models drift apart (preset 10)

---Asynchronous federated learning: each client's model is mixed into the server's as it comes (FedAsync). Source: Xie et al. 2019, Algorithm 1
---with faults: nobody waits for a client that fails while another one trains; its place is free again after faults.deadline, from the next update on
---@class dt.strategy.fedasync: dt.strategy
---@field [1] "fedasync"
---@field fraction? number|dt.alternatives share of the clients that train at the same time (concurrency); 0: one client (preset 0.1)
---@field alpha? number|dt.alternatives share of a fresh update in the new model (mixing weight): the larger, the faster and the noisier (preset 0.6)
---@field staleness? "constant"|"polynomial"|"hinge"|dt.alternatives how an update counts less the older the model is that it began with, in versions: constant: not at all; polynomial: (age + 1)^-exponent; hinge: fully up to grace, then 1 / (slope (age - grace) + 1) (preset polynomial)
---@field exponent? number|dt.alternatives of the polynomial; 0.5: the square root of FedBuff (preset 0.5)
---@field slope? number|dt.alternatives of the hinge (preset 10)
---@field grace? number|dt.alternatives age from which the hinge lets updates count less, in versions (preset 4)
---@field local_epochs? integer|dt.alternatives passes of a client over its own samples before it sends (preset 1)
---@field proximal_mu? number|dt.alternatives weight of the term that pulls a client towards the model that it began with (rho) (preset 0)

---Federated averaging: a server averages the models of some clients in every round (FedAvg, FedProx, FedOpt). Source: McMahan et al. 2017, Algorithm 1
---with faults: the server invites clients whose hosts are up, overselect times as many as it waits for, and takes the first updates; a client that fails then is waited for until faults.deadline or the round's own deadline
---@class dt.strategy.fedavg: dt.strategy
---@field [1] "fedavg"
---@field fraction? number|dt.alternatives share of the clients that take part in a round (C); 0: one client (preset 0.1)
---@field sample? "uniform"|"size"|dt.alternatives how clients are chosen: uniform: all equally often, and an update counts by its samples; size: in proportion to their samples, with repetition, and each time counts the same; for clients that differ much in size (preset uniform)
---@field overselect? number|dt.alternatives over-selection: clients invited for each that the round waits for, whose first updates are taken; a straggler is still busy in the next round and misses it too, so these are not quite backup workers (preset 1)
---@field deadline? number|string|dt.alternatives a round is over after this time, however many updates have come; 0: no such limit (preset 0 s)
---@field local_epochs? integer|dt.alternatives passes of a client over its own samples in a round (E) (preset 1)
---@field proximal_mu? number|dt.alternatives weight of the term that pulls a client towards the global model (mu of FedProx); for non-IID samples (preset 0)

---Buffered asynchronous federated learning: the server steps along every so many changes (FedBuff). Source: Nguyen et al. 2022, Algorithm 1
---with faults: nobody waits for a client that fails while another one trains; its place is free again after faults.deadline, from the next update on
---@class dt.strategy.fedbuff: dt.strategy
---@field [1] "fedbuff"
---@field fraction? number|dt.alternatives share of the clients that train at the same time (concurrency); 0: one client (preset 0.1)
---@field buffer? integer|dt.alternatives changes that a step of the server takes together (K); no more than there are clients (preset 10)
---@field staleness? "constant"|"polynomial"|"hinge"|dt.alternatives how an update counts less the older the model is that it began with, in versions: constant: not at all; polynomial: (age + 1)^-exponent; hinge: fully up to grace, then 1 / (slope (age - grace) + 1) (preset polynomial)
---@field exponent? number|dt.alternatives of the polynomial; 0.5: the square root of FedBuff (preset 0.5)
---@field slope? number|dt.alternatives of the hinge (preset 10)
---@field grace? number|dt.alternatives age from which the hinge lets updates count less, in versions (preset 4)
---@field local_epochs? integer|dt.alternatives passes of a client over its own samples before it sends (preset 1)
---@field proximal_mu? number|dt.alternatives weight of the term that pulls a client towards the model that it began with (mu of FedProx) (preset 0)

---Federated averaging of changes divided by the clients' numbers of steps (FedNova). Source: Wang et al. 2020, equation 8
---with faults: as fedavg: the server takes the first updates, and waits for a client that fails until faults.deadline or the round's own deadline
---@class dt.strategy.fednova: dt.strategy
---@field [1] "fednova"
---@field fraction? number|dt.alternatives share of the clients that take part in a round (C); 0: one client (preset 0.1)
---@field sample? "uniform"|"size"|dt.alternatives how clients are chosen: uniform: all equally often, and an update counts by its samples; size: in proportion to their samples, with repetition, and each time counts the same; for clients that differ much in size (preset uniform)
---@field overselect? number|dt.alternatives over-selection: clients invited for each that the round waits for, whose first updates are taken; a straggler is still busy in the next round and misses it too, so these are not quite backup workers (preset 1)
---@field deadline? number|string|dt.alternatives a round is over after this time, however many updates have come; 0: no such limit (preset 0 s)
---@field local_epochs? integer|dt.alternatives passes of a client over its own samples in a round (E) (preset 1)
---@field proximal_mu? number|dt.alternatives weight of the term that pulls a client towards the global model (mu of FedProx) (preset 0)

---Parameter servers in every site, which tell each other significant changes alone (Gaia). Source: Hsieh et al. 2017, sections 4 and 5
---with faults: the others of its site wait for a failed worker until faults.deadline and then go on without it; sites do not wait for a site without workers; a recovered worker pulls the values and has the clock of the slowest; servers do not fail
---@class dt.strategy.gaia: dt.strategy
---@field [1] "gaia"
---@field staleness? integer|dt.alternatives bounded staleness between sites: iterations that a site may be ahead of the slowest other one (DS of the mirror clock) (preset 3)

---Decentralised SGD: every worker mixes its model with its neighbours' in a graph (D-PSGD). Source: Lian et al. 2017, Algorithm 1
---with faults: neighbours wait for a failed worker until faults.deadline and then mix without it, its weight staying with their own models; a recovered worker starts from a neighbour's model in the newest round; neighbours that are rounds behind go on from there
---@class dt.strategy.gossip: dt.strategy
---@field [1] "gossip"
---@field consensus_step? number|dt.alternatives how far a worker moves towards the mean of its neighbours; strong compression allows less (consensus step size) (preset 1)
---@field form? "combine"|"adapt"|"difference"|dt.alternatives combine: mix the models, and add the own step, which is computed meanwhile; adapt: step first, then mix; difference: as combine, but a model changes by nothing except the compressed difference that its neighbours get (preset combine)

---Every worker trains alone and sends nothing; evaluations are the mean of the workers' scores. Source: Smith et al. 2017, section 5
---with faults: no worker waits for another (faults.deadline delays only evaluations); a worker that recovers before the first worker has ended goes on from its last finished step, without momentum
---@class dt.strategy.isolated: dt.strategy
---@field [1] "isolated"

---Local SGD: an all-reduce of the models after every period steps (PASGD). Source: Wang, Joshi 2019
---with faults: an all-reduce waits until faults.deadline for workers whose hosts have failed, and then goes on without them; a recovered worker starts from the model of the others and joins their next all-reduce
---@class dt.strategy.localsgd: dt.strategy
---@field [1] "localsgd"
---@field period? integer|dt.alternatives local steps between two means (tau): a longer period sends less, and lets the models drift apart (preset 10)
---@field reset_momentum? boolean|dt.alternatives set the momentum to 0 at every mean (preset false)

---Adam whose second moment is frozen after a warm-up; from then on compressed first moments travel (1-bit Adam). Source: Tang et al. 2021, Algorithm 1
---with faults: an all-reduce waits until faults.deadline for workers whose hosts have failed, and then goes on without them; a recovered worker takes the model and the optimiser's memory of another one, and contributes nothing to the next all-reduce
---@class dt.strategy.onebit_adam: dt.strategy
---@field [1] "onebit_adam"
---@field warmup? integer|dt.alternatives first steps, in which gradients are exchanged without compression and the second moment settles: 15 to 20 % of all steps (preset 100)

---Synchronous SGD, layer by layer: gradients travel while others are computed (DDP, BytePS). Source: Peng et al. 2019, section 4; Jayarajan et al. 2019
---hosts do not fail, as layers in time do not support that yet: crash, availability, battery and links that go off are refused; messages may be lost, and links change their speed; faults.deadline has nothing to wait for
---@class dt.strategy.overlap: dt.strategy
---@field [1] "overlap"

---Parameter servers: push gradients and pull values, as far ahead of other workers as sync lets. Source: Li et al. 2014, algorithm 1
---with faults: the others wait for a failed worker until faults.deadline and then go on without it; a recovered worker pulls the values and has the clock of the slowest; with sync = "backup" a step does not wait for failed workers among its spare ones; servers fail with faults.servers alone: without copies of their ranges (servers.replicas) they begin again with the last checkpoint, and a worker sends again what was not acknowledged
---@class dt.strategy.ps: dt.strategy
---@field [1] "ps"

---Decentralised SGD whose momentum follows the mixed model (QG-DSGDm); also DSGDm and DSGD. Source: Lin et al. 2021, Algorithm 1
---with faults: neighbours wait for a failed worker until faults.deadline and then mix without it, its weight staying with their own models; a recovered worker starts from a neighbour's model in the newest round, without momentum; neighbours that are rounds behind go on from there
---@class dt.strategy.qgm: dt.strategy
---@field [1] "qgm"
---@field momentum? "global"|"local"|"none"|dt.alternatives what momentum follows: the change of the mixed model (QG-DSGDm), the worker's own gradients (DSGDm), or nothing (DSGD) (preset global)
---@field beta? number|dt.alternatives share of the momentum in a step (beta) (preset 0.9)
---@field mu? number|dt.alternatives share of the global momentum that a round keeps (mu); the rest is the change of the model in that round (preset 0.9)
---@field nesterov? boolean|dt.alternatives look ahead along the momentum: QG-DSGDm-N, DSGDm-N (preset true)

---Federated averaging whose clients correct their gradients by control variates (SCAFFOLD). Source: Karimireddy et al. 2020, Algorithm 1
---with faults: as fedavg: the server takes the first updates, and waits for a client that fails until faults.deadline or the round's own deadline; a client keeps its control variate
---@class dt.strategy.scaffold: dt.strategy
---@field [1] "scaffold"
---@field fraction? number|dt.alternatives share of the clients that take part in a round (C); 0: one client (preset 0.1)
---@field sample? "uniform"|"size"|dt.alternatives how clients are chosen: uniform: all equally often, and an update counts by its samples; size: in proportion to their samples, with repetition, and each time counts the same; for clients that differ much in size (preset uniform)
---@field overselect? number|dt.alternatives over-selection: clients invited for each that the round waits for, whose first updates are taken; a straggler is still busy in the next round and misses it too, so these are not quite backup workers (preset 1)
---@field deadline? number|string|dt.alternatives a round is over after this time, however many updates have come; 0: no such limit (preset 0 s)
---@field local_epochs? integer|dt.alternatives passes of a client over its own samples in a round (preset 1)

---Synchronous data-parallel SGD: an all-reduce of the gradients before every step (batch_size = 0: gradient descent). Source: Goyal et al. 2017; Wang et al. 2018, section III
---with faults: an all-reduce waits until faults.deadline for workers whose hosts have failed, and then goes on without them; a recovered worker takes the model and the optimiser's memory of another one, and contributes nothing to the next all-reduce
---@class dt.strategy.sgd: dt.strategy
---@field [1] "sgd"

---Synchronous SGD with backup tasks: free workers copy the slowest gradients of an iteration, and the first result counts. Source: Dean, Ghemawat 2004, section 3.6
---with faults: the gradient of a failed worker is computed by another one, as a copy or, after faults.deadline, again; an iteration ends with what there is when nobody is left
---@class dt.strategy.speculative: dt.strategy
---@field [1] "speculative"
---@field share? number|dt.alternatives of the gradients of an iteration: once so many are there, free workers begin copies of the others; 1: there are no copies; 0: as soon as anyone is free (preset 0.75)

---Decentralised SGD along an estimate of the mean gradient that workers mix as well (gradient tracking). Source: Nedic, Olshevsky, Shi 2017, Algorithm 1
---with faults: neighbours wait for a failed worker until faults.deadline and then mix without it; its part of the tracked gradient is lost, so that the models end off the optimum; a recovered worker starts from a neighbour's model in the newest round, with its own gradient
---@class dt.strategy.tracking: dt.strategy
---@field [1] "tracking"
---@field consensus_step? number|dt.alternatives how far a worker moves towards the mean of its neighbours; strong compression allows less (consensus step size) (preset 1)

---all-reduce algorithm: how a mean is formed by messages of the workers
---@class dt.collective

---Double binary tree (NCCL): each half in pieces along a tree of its own: start-ups by log2(p), bytes of 2 N at most. Source: Sanders, Speck, Traeff 2009; NCCL 2.4
---@class dt.collective.double_tree: dt.collective
---@field [1] "double_tree"
---@field piece? number|string|dt.alternatives bytes of a piece, of 4 for an entry (NCCL: 512 KiB, an eighth of its buffer): small ones fill the trees sooner, and pay more start-ups (preset 524288 B)

---Recursive doubling: partners swap whole sums: fewest start-ups, log2(p) times the bytes, for small vectors. Source: Thakur, Rabenseifner, Gropp 2005, section 4.5
---@class dt.collective.doubling: dt.collective
---@field [1] "doubling"

---Spark's treeAggregate and broadcast (MLlib): sums in stages, the last by the driver, which sends the result. Source: Meng et al. 2016 (MLlib), JMLR 17(34); Spark, RDD.treeAggregate
---@class dt.collective.driver: dt.collective
---@field [1] "driver"
---@field depth? integer|dt.alternatives stages of sums, the driver's one of them, as in treeAggregate: 1 sends all vectors to the driver (preset 2)
---@field broadcast? "torrent"|"direct"|dt.alternatives torrent: every block leaves the driver once, and workers fetch it from each other; direct: all fetch all from the driver (preset torrent)
---@field launch? number|string|dt.alternatives what the driver needs to launch one task of a stage, one after another (preset 0.0002 s)

---Recursive halving and doubling (Rabenseifner's all-reduce): least bytes and few start-ups. Source: Thakur, Rabenseifner, Gropp 2005, section 4.5
---@class dt.collective.halving: dt.collective
---@field [1] "halving"

---Hierarchical all-reduce: in each site, between the sites' leaders, in each site again: few bytes over long links. Source: Jia et al. 2018, arXiv:1807.11205; by equals: Cho et al. 2019 (BlueConnect)
---@class dt.collective.hierarchical: dt.collective
---@field [1] "hierarchical"
---@field inside? string|dt.alternatives algorithm inside each site, of those without servers; without the key sites, where all are in one, of all (preset tree)
---@field between? string|dt.alternatives algorithm between the leaders of sites, or between equals, of those without servers (preset ring)
---@field form? "leaders"|"equals"|dt.alternatives leaders: one member of every site exchanges with the others; equals: every member does, with that of the same number in the other sites, for its part of the vector, if all sites have as many members; then inside = "ring" or "halving" pays, as a tree moves whole vectors (preset leaders)

---MXNet's KVStore: one GPU of each machine sums, and exchanges with parameter servers. Source: Chen et al. 2015 (MXNet), arXiv:1512.01274
---@class dt.collective.kvstore: dt.collective
---@field [1] "kvstore"
---@field bound? integer|dt.alternatives entries from which on a part of the vector is cut over all servers; a smaller one is on one of them (preset 1000000)

---Ring all-reduce: least bytes, a start-up cost that grows with the workers. Source: Patarasuk, Yuan 2009
---@class dt.collective.ring: dt.collective
---@field [1] "ring"

---Scatter-reduce: each member forms the mean of a piece and sends it to all: least bytes, two start-ups, p (p - 1) flows. Source: Gan et al. 2022 (BAGUA), arXiv:2107.01499
---@class dt.collective.scatter_reduce: dt.collective
---@field [1] "scatter_reduce"

---Parameter servers: each gathers a piece of every vector and sends the mean of it back. Source: Li et al. 2014; Jiang et al. 2020 (BytePS)
---@class dt.collective.shards: dt.collective
---@field [1] "shards"

---Two Spark jobs (BigDL): pieces are shuffled and summed, then fetched; a driver launches every task. Source: Dai et al. 2019 (BigDL), section 3.3; Venkataraman et al. 2017 (Drizzle)
---@class dt.collective.shuffle: dt.collective
---@field [1] "shuffle"
---@field launch? number|string|dt.alternatives what the driver needs to launch one task; the preset has 500 tasks take a tenth of a second, as BigDL found (preset 0.0002 s)
---@field group? integer|dt.alternatives exchanges whose tasks are launched together (Drizzle): a larger group spends less time on launching, and can react to failures and to other numbers of workers only between groups (preset 1)

---One server gathers all vectors and sends the mean to all: simple, and slow where its link is shared. Source: Li et al. 2014, a parameter server of one node
---@class dt.collective.star: dt.collective
---@field [1] "star"

---2D-torus all-reduce: rings along rows, then columns: least bytes, start-ups by the root of p. Source: Mikami et al. 2018, arXiv:1811.05233
---@class dt.collective.torus2d: dt.collective
---@field [1] "torus2d"
---@field columns? integer|dt.alternatives members of a row, a divisor of their number; 0, or while failures leave no such number: those of a site where all sites have equally many, else the largest divisor up to the root (preset 0)

---Binomial-tree all-reduce (reduce and broadcast): few start-ups, whole vectors. Source: Thakur, Rabenseifner, Gropp 2005
---@class dt.collective.tree: dt.collective
---@field [1] "tree"

---gradient and model compression: what a message holds, and its bytes
---@class dt.compress
---@field error_feedback? boolean|dt.alternatives error feedback: what a lossy packet leaves out is added to the next vector; unbiased compressors keep none (preset true)
---@field twice? boolean|dt.alternatives whoever sums packets compresses the sum again, with an error memory of its own: a sum of many travels as one packet (preset false)
---@field cache_keys? boolean|dt.alternatives key caching: positions that equal those of the sender's last packet are sent as a hash of 8 bytes; the numbers stay the same.  Where nothing is learnt positions are not known, and charged in full (preset false)
---@field by? "whole"|"layer"|dt.alternatives one packet of the whole model, or one of each layer, with a scale, a share or a shape of its own (preset whole)
---@field layers? string|integer|(string|integer)[]|dt.alternatives the layers that are compressed, by name ("dense2") or by kind ("embedding"), where others would lose too much; these travel beside them as they are.  Absent: all layers
---@field flops? number|dt.alternatives flops that a worker spends on encoding and decoding an entry, besides those that the compressor counts itself (preset 0)

---Send every entry as it is: 4 bytes each. Source: IEEE 754, binary32
---@class dt.compress.none: dt.compress
---@field [1] "none"

---Send every entry as an IEEE half: 2 bytes each. Source: IEEE 754-2008, binary16
---@class dt.compress.float16: dt.compress
---@field [1] "float16"

---Send the largest entries, 8 bytes each, and keep the rest for next time. Source: Stich et al. 2018, Algorithm 1
---@class dt.compress.topk: dt.compress
---@field [1] "topk"
---@field ratio? number|dt.alternatives share of the entries that are sent, at least one; 8 bytes each (preset 0.01)

---Send one bit an entry, its sign, and the mean magnitude. Source: Karimireddy et al. 2019, Algorithm 1
---@class dt.compress.sign: dt.compress
---@field [1] "sign"

---Round at random to few levels; the mean is exact (QSGD). Source: Alistarh et al. 2017, section 3.1
---@class dt.compress.quantize: dt.compress
---@field [1] "quantize"
---@field bits? integer|dt.alternatives bits of an entry on the wire, its sign included; fewer are cheaper and noisier (preset 8)
---@field norm? "max"|"two"|dt.alternatives the scale: the largest magnitude, or the 2-norm of QSGD (larger error) (preset max)

---Send the rows of each layer's matrix that are largest; by = "layer" tells them. Source: as topk, Stich et al. 2018, Algorithm 1; Kim et al. 2019 (Parallax), section 2
---@class dt.compress.toprows: dt.compress
---@field [1] "toprows"
---@field ratio? number|dt.alternatives share of the rows sent, at least one (preset 0.1)

---Send entries drawn at random, the same of all workers or of each its own. Source: Stich et al. 2018, Definition 2.1
---@class dt.compress.randomk: dt.compress
---@field [1] "randomk"
---@field ratio? number|dt.alternatives share of entries sent, at least one (preset 0.01)
---@field indices? "common"|"own"|dt.alternatives all workers draw the same entries in a round, 4 bytes each; or each its own, 8 bytes each (preset common)
---@field unbiased? boolean|dt.alternatives entries are scaled by n / k, so that their mean is exact; without error feedback (preset false)

---Send a count sketch; the sum of sketches is the sketch of the sum. Source: Ivkin et al. 2019; Rothchild et al. 2020 (FetchSGD)
---@class dt.compress.sketch: dt.compress
---@field [1] "sketch"
---@field ratio? number|dt.alternatives cells of the table for each entry of the vector, 4 bytes each (preset 0.2)
---@field rows? integer|dt.alternatives rows of the table: an entry is the median of its cells in all rows, so the number is best odd (preset 5)
---@field recover? number|dt.alternatives share of entries that is read off the table, the largest (preset 0.002)

---Send entries that change by more than a share of their value (Gaia's filter). Source: Hsieh et al. 2017, section 4.1
---@class dt.compress.significant: dt.compress
---@field [1] "significant"
---@field threshold? number|dt.alternatives a change above this share of the value is significant (v) (preset 0.01)
---@field decay? boolean|dt.alternatives the threshold falls as 1 / sqrt(t) with the round t, counted from 1 (preset true)
---@field least? number|dt.alternatives what a smaller value, or one that is not known, is taken for (preset 1e-06)
---@field share? number|dt.alternatives share of entries that is charged where nothing is learnt, so that changes are not known (preset 0.1)

---Leave out gradients of entries that an l1 penalty keeps at 0 (KKT filter of a parameter server). Source: Li et al. 2014, section 5.1
---@class dt.compress.kkt: dt.compress
---@field [1] "kkt"
---@field lam? number|dt.alternatives weight of the l1 penalty: project.lam of the same scenario (preset 0.01)
---@field delta? number|dt.alternatives margin: the gradient of an entry at 0 is left out if its size is at most lam - delta; the more the samples of workers differ, the larger it has to be (preset 0)
---@field share? number|dt.alternatives share of entries that is charged where nothing is learnt, so that gradients are not known (preset 0.1)

---Send each entry with a given probability, scaled so that the mean is exact (random skip filter). Source: Li et al. 2014 (NIPS), filters; Wangni et al. 2018, section 3
---@class dt.compress.randomskip: dt.compress
---@field [1] "randomskip"
---@field keep? number|dt.alternatives probability with which each entry is sent; 1 / keep is its scale (preset 0.1)

---Send the entries that are not 0, 8 bytes each, as lists that all gather; nothing is lost. Source: Kim et al. 2019 (Parallax), section 2
---@class dt.compress.nonzero: dt.compress
---@field [1] "nonzero"
---@field density? number|dt.alternatives share of entries that are not 0, which is charged where nothing is learnt (preset 0.05)

---Send the blocks that are not all 0, and in sums their union (OmniReduce); nothing is lost. Source: Fei et al. 2021, section 3
---@class dt.compress.blocks: dt.compress
---@field [1] "blocks"
---@field size? integer|dt.alternatives entries of a block; 0: a row of the layer's matrix, with by = "layer" or layers (preset 256)
---@field positions? "numbers"|"bits"|"bytes"|dt.alternatives how a packet says which blocks it has: a number of 4 bytes for each that it has, or a bit or a byte for every block (preset numbers)
---@field density? number|dt.alternatives share of blocks that are not all 0, which is charged where nothing is learnt (preset 0.05)

---Send a count sketch and a bitmap of the rows that are not all 0 (S2 Reducer). Source: Ge et al. 2022
---@class dt.compress.sparsesketch: dt.compress
---@field [1] "sparsesketch"
---@field density? number|dt.alternatives share of entries in rows that are not all 0, of all workers together (preset 0.02)
---@field ratio? number|dt.alternatives columns of the table for each of these entries, 4 bytes each: fewer are smaller and noisier (preset 0.25)
---@field rows? integer|dt.alternatives rows of the table: an entry is the median of its cells in all rows; the authors take one (preset 1)
---@field positions? "bits"|"bytes"|dt.alternatives the bitmap of live rows takes a bit, or as numbers that are added a byte, for each row (preset bits)
---@field hashes? "fixed"|"drawn"|dt.alternatives the hashes are those of the run, or drawn anew in every round, the same by all workers (preset fixed)

---Send one byte an entry: its place between the smallest and the largest (MinMaxUInt8). Source: Gan et al. 2021 (BAGUA)
---@class dt.compress.minmax: dt.compress
---@field [1] "minmax"

---Send each layer's matrix as a product of two thin ones, whose sums are as small; by = "layer" tells them. Source: Vogels et al. 2019, Algorithm 1
---@class dt.compress.powersgd: dt.compress
---@field [1] "powersgd"
---@field rank? integer|dt.alternatives columns of the two factors: a layer of a x b entries travels as rank (a + b) numbers, or as it is if that is no less (preset 2)
---@field warm? boolean|dt.alternatives the power method begins with the factor that it found last; false: always with the same random one (preset true)

---Send the largest entries of a memory with momentum, more of them at first (deep gradient compression). Source: Lin et al. 2018, Algorithm 4
---@class dt.compress.dgc: dt.compress
---@field [1] "dgc"
---@field ratio? number|dt.alternatives share of the entries that are sent, at least one; 8 bytes each (preset 0.001)
---@field momentum? number|dt.alternatives momentum correction: of the gradients, before they add up in the error memory; the optimiser has none then; without error feedback there is no momentum (preset 0.9)
---@field masking? boolean|dt.alternatives momentum factor masking: the momentum of an entry that is sent begins anew (preset true)
---@field clip? number|dt.alternatives local clipping: the largest norm of a gradient (by = "layer": of a layer's), the paper's threshold over the root of the number of workers; 0: none (preset 0)
---@field warmup? integer|dt.alternatives rounds of each stage of the warm-up, an epoch in the paper, in which 1/4, 1/16, 1/64, ... of the entries are sent until ratio is reached; 0: ratio from the beginning (preset 0)

---aggregation rule: how updates or models become one, also where some are Byzantine
---@class dt.aggregate
---@field by? "whole"|"layer"|dt.alternatives whole: the rule is applied to whole vectors; layer: to each layer by itself, so that each may choose other vectors (preset whole)
---@field flops? number|dt.alternatives flops for an entry that is added, besides those that the aggregate counts itself: of every vector where all meet, on a server's host before it sends; of every partial sum that a worker receives (ring, tree, ...) (preset 0)

---A mean in which every vector counts the same. Source: w_i = 1 / count
---@class dt.aggregate.mean: dt.aggregate
---@field [1] "mean"

---A mean in which each vector counts by the samples behind it, as in FedAvg. Source: McMahan et al. 2017, Algorithm 1
---@class dt.aggregate.weighted: dt.aggregate
---@field [1] "weighted"

---The median of every entry by itself; sizes do not count. Source: Yin et al. 2018, Definition 1
---it needs the vectors of all workers in one place: collective = "star", or a strategy with a server such as "fedavg"
---@class dt.aggregate.median: dt.aggregate
---@field [1] "median"

---The mean of every entry without its largest and smallest values; sizes do not count. Source: Yin et al. 2018, Definition 2
---it needs the vectors of all workers in one place: collective = "star", or a strategy with a server such as "fedavg"
---@class dt.aggregate.trimmed: dt.aggregate
---@field [1] "trimmed"
---@field beta? number|dt.alternatives share of the vectors that is cut off at each end of an entry's values (preset 0.1)

---The geometric median: the least sum of distances to all vectors. Source: Pillutla et al. 2022 (RFA), Algorithm 2; Chen, Su, Xu 2017
---it needs the vectors of all workers in one place: collective = "star", or a strategy with a server such as "fedavg"
---@class dt.aggregate.geometric: dt.aggregate
---@field [1] "geometric"
---@field passes? integer|dt.alternatives passes of Weiszfeld's method, each charged with 5 flops for an entry of a vector (preset 8)
---@field sizes? boolean|dt.alternatives a vector's distance counts by the samples behind it, as in RFA; Byzantine workers may claim many (preset false)

---The vector closest to its neighbours, or the mean of several; sizes do not count. Source: Blanchard et al. 2017, section 4
---it needs the vectors of all workers in one place: collective = "star", or a strategy with a server such as "fedavg"
---@class dt.aggregate.krum: dt.aggregate
---@field [1] "krum"
---@field byzantine? integer|dt.alternatives Byzantine vectors that the rule tolerates (f): that takes 2 f + 3 vectors (for 0: any number), and where faults leave fewer, it tolerates as many as those allow (preset 1)
---@field multi? integer|dt.alternatives vectors with the smallest scores whose mean is taken (m of Multi-Krum) (preset 1)

---Krum again and again, then of every entry the mean of the values closest to the median; sizes do not count. Source: El Mhamdi et al. 2018, section 4
---it needs the vectors of all workers in one place: collective = "star", or a strategy with a server such as "fedavg"
---@class dt.aggregate.bulyan: dt.aggregate
---@field [1] "bulyan"
---@field byzantine? integer|dt.alternatives Byzantine vectors that the rule tolerates (f): that takes 4 f + 3 vectors (for 0: any number), and where faults leave fewer, it tolerates as many as those allow (preset 1)

---communication graph of decentralised SGD (gossip): who exchanges models with whom
---@class dt.topology
---@field lazy? boolean|dt.alternatives lazy mixing, (I + W) / 2: every worker gives the others half the weight, which makes all eigenvalues positive, as D2 needs them, and mixing slower (preset false)

---Two neighbours each, in a circle. Source: Lian et al. 2017, section 5
---@class dt.topology.ring: dt.topology
---@field [1] "ring"

---A grid with closed rows and columns: four neighbours each. Source: Koloskova et al. 2019, section 5
---@class dt.topology.torus: dt.topology
---@field [1] "torus"
---@field rows? integer|dt.alternatives rows of the grid, a divisor of the workers; 0: as square as can be (preset 0)

---Worker 0 in the middle, all others around it. Source: Xiao, Boyd, Lall 2005
---@class dt.topology.star: dt.topology
---@field [1] "star"

---Every worker has all others as neighbours: one mixing step is the mean. Source: Xiao, Boyd, Lall 2005
---@class dt.topology.complete: dt.topology
---@field [1] "complete"

---Neighbours at distances 1, 2, 4, ... around a circle. Source: Ying et al. 2021, section 3
---@class dt.topology.exponential: dt.topology
---@field [1] "exponential"

---A random connected graph, every worker with the same number of neighbours. Source: Steger, Wormald 1999
---@class dt.topology.random_regular: dt.topology
---@field [1] "random_regular"
---@field degree? integer|dt.alternatives neighbours of every worker: more mix faster and send more bytes (preset 3)

---Changes every round: each worker sends to the one 1, 2, 4, ... places on (one-peer exponential). Source: Ying et al. 2021, section 4
---@class dt.topology.onepeer: dt.topology
---@field [1] "onepeer"

---Changes every round: each worker averages with the one across the next dimension (dimension exchange). Source: Cybenko 1989, section 4
---@class dt.topology.hypercube: dt.topology
---@field [1] "hypercube"

---Changes every round: the workers average in pairs, shifted or drawn at random. Source: Gan et al. 2021, section 3.3; Boyd et al. 2006
---@class dt.topology.pairs: dt.topology
---@field [1] "pairs"
---@field order? "shift"|"random"|dt.alternatives who meets whom: two halves that shift past each other, or pairs drawn from the seed (preset shift)
---@field rounds? integer|dt.alternatives for how many rounds random pairs are drawn before they repeat; shift repeats after half as many rounds as there are workers (preset 64)

---Edges from a file: an edge list or GraphML. Source: the user's file
---@class dt.topology.file: dt.topology
---@field [1] "file"
---@field path? string|dt.alternatives edge list or GraphML, plain or .gz: beside the scenario, in the working folder or under $DTSIM_DATA; nodes of GraphML become workers by the number that their names end in where these are 0 to workers - 1 or 1 to workers, else in the order of the file
---@field first? integer|dt.alternatives what an edge list calls its first worker, 0 or 1; -1: 1 where its numbers are 1 to workers, which is warned of, else 0 (preset -1)
---@field names? boolean|dt.alternatives the edge list has names of workers in place of numbers, and its first line names the columns; the names of the first column become workers in their order, then those that the second adds, as the record says (preset false)

---synchronisation of parameter servers: barrier, bounded staleness, backup workers or none
---@class dt.sync

---Bulk synchronous: a barrier after every iteration, one step along the mean of all gradients. Source: Valiant 1990; Li et al. 2014, figure 5 (a)
---@class dt.sync.bsp: dt.sync
---@field [1] "bsp"

---Stale synchronous, bounded staleness: a worker may be a few iterations ahead of the slowest. Source: Ho et al. 2013, section 2
---@class dt.sync.ssp: dt.sync
---@field [1] "ssp"
---@field staleness? integer|dt.alternatives bounded staleness: iterations that a worker may be ahead of the slowest when it begins one (s of the paper); 0: it begins when those of bsp do.  Each gradient is a step of its own when it comes, as with async (preset 3)

---Asynchronous: no barrier; each gradient is a step when it comes, with lr times its share of the workers' samples. Source: Dean et al. 2012, section 4.1
---@class dt.sync.async: dt.sync
---@field [1] "async"

---Bounded delay: iterations overlap by a few, and each stays one step along the mean of all gradients. Source: Li et al. 2014, section 3.5 and algorithm 3
---@class dt.sync.bounded_delay: dt.sync
---@field [1] "bounded_delay"
---@field delay? integer|dt.alternatives maximal delay (tau of the paper): a worker may begin an iteration before the so many that precede it have ended at all workers; 0: as bsp.  A server keeps so many gradients of a worker and one more (preset 1)

---Synchronous, with backup workers: the first gradients end an iteration, nobody waits for the last. Source: Chen et al. 2016, algorithms 3 and 4; Dutta et al. 2018 (K-sync, K-async)
---@class dt.sync.backup: dt.sync
---@field [1] "backup"
---@field spare? integer|dt.alternatives backup workers (b of the paper): so many of the workers are not waited for in an iteration, whose batch is that of the others; 0: as bsp (preset 1)
---@field late? "finish"|"leave"|"wait"|dt.alternatives what becomes of the late: finish: they end their gradient, which is dropped, and begin with the newest values; leave: they break off at once and begin with the newest values; wait: their gradient counts in the iteration in which it comes, as one of those that end it (preset finish)

---Adaptive synchronous parallel: the better its host performs, the farther a worker may be ahead. Source: Zhang et al. 2018; the formulas are this program's
---@class dt.sync.adaptive: dt.sync
---@field [1] "adaptive"
---@field window? number|string|dt.alternatives how often performance is measured; some iterations long (preset 10 s)
---@field from? integer|dt.alternatives iterations that a worker may be ahead of the slowest if its host performs badly, and every worker while the slowest is behind (preset 0)
---@field to? integer|dt.alternatives iterations that the worker may be ahead whose host performs best (preset 8)
---@field least? integer|dt.alternatives iterations that the slowest worker must end in a window, or all wait for it as from says (preset 1)

---communication scheduling: in which pieces gradients leave, and which goes first
---@class dt.queue
---@field credit? number|string|dt.alternatives parts leave as long as fewer bytes than this are on their way; the last may exceed it.  More hides latency, less lets an urgent part overtake sooner; 0: one part at a time (preset 0 B)
---@field overhead? number|string|dt.alternatives time that each part costs in each direction beside its transfer: a call, a notification, an agreement.  It is what small pieces are paid with (preset 0 s)
---@field barrier? boolean|dt.alternatives the next forward pass begins when all parts have come, as in DistributedDataParallel, and priorities gain nothing; false: each layer waits for its own parts alone (preset false)

---The whole gradient in one piece, once backward is over: nothing overlaps. Source: Li et al. 2020, section 3.2.1
---@class dt.queue.whole: dt.queue
---@field [1] "whole"

---Each layer's gradient leaves when it is ready, and none overtakes another. Source: Zhang et al. 2017, section 3.1
---@class dt.queue.fifo: dt.queue
---@field [1] "fifo"
---@field piece? number|string|dt.alternatives layers are cut into pieces of at most this size; 0: each layer is one piece (preset 0 B)

---Gradients are fused into buckets from the last layer on: gradient bucketing, tensor fusion. Source: Li et al. 2020, section 3.2.3
---@class dt.queue.bucket: dt.queue
---@field [1] "bucket"
---@field size? number|string|dt.alternatives layers are fused as long as they are not larger together; a larger layer is a bucket of its own, none is cut (preset 25000000 B)

---Pieces of the layers that are needed first overtake the others. Source: Peng et al. 2019, section 4
---@class dt.queue.priority: dt.queue
---@field [1] "priority"
---@field piece? number|string|dt.alternatives layers are cut into pieces of at most this size; 0: each layer is one piece, which cannot be overtaken once it has left (preset 0 B)

---Layers go in an order that is drawn anew for each step: the baseline of TicTac. Source: Hashemi et al. 2019, section 2.2
---@class dt.queue.random: dt.queue
---@field [1] "random"
---@field piece? number|string|dt.alternatives layers are cut into pieces of at most this size; 0: each layer is one piece (preset 0 B)

---Layers that need the fewest transfers go first, on their graph, whatever the times: TicTac's TIC. Source: Hashemi et al. 2019, section 4.2
---@class dt.queue.tic: dt.queue
---@field [1] "tic"
---@field piece? number|string|dt.alternatives layers are cut into pieces of at most this size; 0: each layer is one piece, as in TicTac (preset 0 B)

---What travels fast and lets much be computed goes first, on the graph of layers: TicTac's TAC. Source: Hashemi et al. 2019, section 4.3
---@class dt.queue.tac: dt.queue
---@field [1] "tac"
---@field piece? number|string|dt.alternatives layers are cut into pieces of at most this size; 0: each layer is one piece, as in TicTac (preset 0 B)
---@field bandwidth? number|string|dt.alternatives what a transfer is taken to travel at; 0: the narrowest way that worker 0 has to its servers or neighbours, which for an all-reduce without servers carries a part 2 (p - 1) / p times (preset 0 B/s)

---Priority whose piece and credit are found while it trains, by Bayesian optimisation: ByteScheduler's tuner. Source: Peng et al. 2019, section 4.3
---@class dt.queue.tuned: dt.queue
---@field [1] "tuned"
---@field piece_least? number|string|dt.alternatives the smallest size of pieces that is tried; small ones cost simulating time, too (preset 500000 B)
---@field piece_most? number|string|dt.alternatives the largest size of pieces that is tried (preset 128000000 B)
---@field credit_least? number|string|dt.alternatives the smallest credit that is tried; queue.credit is not used (preset 500000 B)
---@field credit_most? number|string|dt.alternatives the largest credit that is tried (preset 256000000 B)
---@field trials? integer|dt.alternatives choices that are tried before the fastest is kept, as in ByteScheduler (preset 15)
---@field steps? integer|dt.alternatives steps of each choice, of which the first and the last are not measured; jitter needs many (preset 5)

---gradient code: which parts of a batch each worker computes, so that slow or Byzantine workers do no harm
---@class dt.code

---No code: gradients are merged by the aggregation rule, of all workers or of the first. Source: Tandon et al. 2017, section 5
---@class dt.code.none: dt.code
---@field [1] "none"
---@field stragglers? integer|dt.alternatives workers that an iteration does not wait for, whose samples it then does without (ignoring stragglers); 0: it waits for all (the naive scheme) (preset 0)

---Fractional repetition: groups of workers compute the same parts, and one word of each group is enough. Source: Tandon et al. 2017, section 3
---@class dt.code.fractional: dt.code
---@field [1] "fractional"
---@field stragglers? integer|dt.alternatives workers whose words may be missing, whichever they are (s); each worker computes s + 1 parts, and s + 1 must divide the number of workers (preset 1)

---Cyclic repetition: the words of any workers but s give the sum, by weights. Source: Tandon et al. 2017, section 4
---@class dt.code.cyclic: dt.code
---@field [1] "cyclic"
---@field stragglers? integer|dt.alternatives workers whose words may be missing, whichever they are (s); each worker computes s + 1 parts (preset 1)

---Repetition with a majority vote: groups compute the same parts, and the word that most of them send counts. Source: Chen et al. 2018 (DRACO), section 4.1
---@class dt.code.vote: dt.code
---@field [1] "vote"
---@field byzantine? integer|dt.alternatives Byzantine workers that each group bears (s); each worker computes 2 s + 1 parts, and 2 s + 1 must divide the number of workers (preset 1)

---A cyclic code of complex words that finds the liars, as a Reed-Solomon code does. Source: Chen et al. 2018 (DRACO), section 4.2
---@class dt.code.fourier: dt.code
---@field [1] "fourier"
---@field byzantine? integer|dt.alternatives Byzantine workers that it bears, whichever they are (s); each worker computes 2 s + 1 parts (preset 1)

---Byzantine workers: what adversaries send in place of the truth, and which workers they are
---@class dt.attack
---@field count? integer|dt.alternatives how many of all workers lie in a round; of clients those lie that are invited (preset 1)
---@field every? integer|dt.alternatives rounds after which the liars are drawn anew, exactly count of all workers; 0: they are drawn once, and stay the same (preset 1)
---@field ranks? number[]|dt.alternatives these workers lie in every round, in place of drawn ones, such as { 0, 3 }; count and every are not used then

---All workers are honest. Source: the case without adversaries
---@class dt.attack.none: dt.attack
---@field [1] "none"

---Liars send the truth in the opposite direction, many times as long. Source: Chen et al. 2018 (DRACO), section 5
---@class dt.attack.reverse: dt.attack
---@field [1] "reverse"
---@field factor? number|dt.alternatives how many times as long as the truth the lie is, in the opposite direction (preset 100)

---Liars send one number in every entry. Source: Chen et al. 2018 (DRACO), section 5
---@class dt.attack.constant: dt.attack
---@field [1] "constant"
---@field value? number|dt.alternatives what every entry of the lie is (preset -100)

---Liars send Gaussian noise, alone or added to the truth. Source: Blanchard et al. 2017, section 6
---@class dt.attack.noise: dt.attack
---@field [1] "noise"
---@field deviation? number|dt.alternatives standard deviation of every entry (preset 200)
---@field added? boolean|dt.alternatives the noise is added to the truth; false: it takes its place (preset false)

---Liars train on wrong labels: class y becomes class classes - 1 - y. Source: Fang et al. 2020, section 4.1
---@class dt.attack.label_flip: dt.attack
---@field [1] "label_flip"

---differential privacy of clients: their updates are clipped and get noise, and epsilon is accounted for; without the key there is none
---@class dt.privacy
---@field clip_norm? number|dt.alternatives the norm that an update of a client, its model less the server's, is clipped to: a smaller one needs less noise and keeps less of the updates (column clipped) (preset 1)
---@field noise_multiplier? number|dt.alternatives standard deviation of the noise on the sum of the updates, in clip norms: more noise, smaller epsilon, less accuracy; many clients in a round bear more; 0: none, and no epsilon (preset 1)
---@field delta? number|dt.alternatives chance that the bound epsilon does not hold; less than one in the number of clients (preset 1e-05)
---@field sampling? "poisson"|"fixed"|dt.alternatives how the accountant takes clients to be drawn.  poisson: each by itself, neighbours differ by a client more or less, as Opacus and TensorFlow Privacy account; fixed: a number that is set, as rounds here draw them, and a client is replaced by another: a bound that is larger, and true for these rounds (preset poisson)

---The server adds the noise to the mean of the clipped updates (DP-FedAvg). Source: McMahan et al. 2018, Algorithm 1
---@class dt.privacy.central: dt.privacy
---@field [1] "central"

---As "central", with a clip norm that follows a quantile of the updates' norms. Source: Andrew et al. 2021, Algorithm 1
---@class dt.privacy.adaptive_clip: dt.privacy
---@field [1] "adaptive_clip"
---@field quantile? number|dt.alternatives share of the updates that are not to be clipped (preset 0.5)
---@field rate? number|dt.alternatives how fast the clip norm follows; the norm changes by a factor of e^rate in a round at most, but for noise (preset 0.2)
---@field share? number|dt.alternatives share of the privacy that is spent on finding the norm: the sum of updates gets noise of noise_multiplier / sqrt(1 - share) clip norms (preset 0.05)

---Each client adds its part of the noise, for secure aggregation; who drops out takes its part along. Source: Kairouz, Liu, Steinke 2021, section 1
---@class dt.privacy.distributed: dt.privacy
---@field [1] "distributed"

---distribution of a random delay or factor, such as the slowness of stragglers
---@class dt.distribution

---Always the same value. Source: the degenerate distribution
---@class dt.distribution.constant: dt.distribution
---@field [1] "constant"
---@field value? number|string|dt.alternatives the value (preset 1 s)

---Memoryless delays: the mean is also the standard deviation. Source: density exp(-x / mean) / mean
---@class dt.distribution.exponential: dt.distribution
---@field [1] "exponential"
---@field mean? number|string|dt.alternatives the mean, also the standard deviation (preset 1 s)

---A least time and memoryless delays on top. Source: Lee et al. 2018, section II
---@class dt.distribution.shifted_exponential: dt.distribution
---@field [1] "shifted_exponential"
---@field shift? number|string|dt.alternatives the least value (preset 0.5 s)
---@field mean? number|string|dt.alternatives mean of what comes on top: the whole has shift + mean (preset 0.5 s)

---Heavy tails: a few values are very large, as of stragglers. Source: P(X > x) = (scale / x)^shape
---@class dt.distribution.pareto: dt.distribution
---@field [1] "pareto"
---@field scale? number|string|dt.alternatives the least value (preset 0.5 s)
---@field shape? number|dt.alternatives tail exponent; the mean is infinite up to 1, the variance up to 2 (preset 2)

---The logarithm is normal: factors that multiply up. Source: ln X ~ N(ln(mean) - sigma^2 / 2, sigma^2)
---@class dt.distribution.lognormal: dt.distribution
---@field [1] "lognormal"
---@field mean? number|string|dt.alternatives the mean of the values themselves; the median is mean exp(-sigma^2 / 2) (preset 1 s)
---@field sigma? number|dt.alternatives standard deviation of the logarithm (preset 0.5)

---Normal; negative values are drawn again. Source: Johnson, Kotz, Balakrishnan 1994, 13.10.1
---@class dt.distribution.normal: dt.distribution
---@field [1] "normal"
---@field mean? number|string|dt.alternatives mean before negative values are drawn again (preset 1 s)
---@field sd? number|string|dt.alternatives standard deviation before that (preset 0.1 s)

---Anything between two bounds alike. Source: density 1 / (high - low)
---@class dt.distribution.uniform: dt.distribution
---@field [1] "uniform"
---@field low? number|string|dt.alternatives the least value (preset 0.5 s)
---@field high? number|string|dt.alternatives the largest value (preset 1.5 s)

---Fast most of the time, slow now and then: transient stragglers. Source: X = slow with probability share, else fast
---@class dt.distribution.bimodal: dt.distribution
---@field [1] "bimodal"
---@field slow? number|string|dt.alternatives the rare value, that of a straggler (preset 5 s)
---@field share? number|dt.alternatives probability of the rare value (preset 0.1)
---@field fast? number|string|dt.alternatives the common value (preset 1 s)

---Every worker has its own value: { 4, 1, 1, 1 }. Source: the user's list
---@class dt.distribution.each: dt.distribution
---@field [1] "each"
---@field values? number[]|dt.alternatives one value for each worker, in the order of ranks (preset 1)

---Measured values from a file. Source: the user's file
---@class dt.distribution.trace: dt.distribution
---@field [1] "trace"
---@field path? string|dt.alternatives CSV file, plain or gzip; it is looked for beside the scenario, in the working folder and under $DTSIM_DATA; an empty field is left out
---@field column? string|integer|(string|integer)[]|dt.alternatives name of the column with the values (its number from 1 where the first line is no header); else the last; for order = "own" a list of them, else all
---@field where? string|dt.alternatives "column=value": only rows that say so
---@field order? "random"|"sequence"|"own"|dt.alternatives for jitter and compute.seconds, at each step: random: any row; sequence: the next row, the same for all workers; own: the next of the worker's own values, so that who is slow stays slow. For slowness, once: random: any row; sequence: the next row for each worker; own: the mean of its own values (preset random)
---@field own? "column"|"row"|dt.alternatives for order = "own": whether a worker has a column or a row of its own; else a column where there are several, a row where there is one (as many rows as workers)
---@field worker? string|dt.alternatives for order = "own" in a long table: the column that says whose a row is; worker 0 is the first of its texts in natural order
---@field normalise? boolean|dt.alternatives divide by the mean of all values (preset true)
---@field scale? number|string|dt.alternatives times this, afterwards (preset 1 s)

---a value over time: the bandwidth of a link, or when a worker is available
---@class dt.profile
---@field unit? string|dt.alternatives what a value of 1 is, such as kbps or ms; else B/s, s or a bare number, as the key says

---1 and 0 in alternation, each for a time that is drawn anew: up and down, online and offline. Source: alternating renewal process
---@class dt.profile.alternating: dt.profile
---@field [1] "alternating"
---@field on? number|number[]|dt.distribution|dt.alternatives how long the value is 1 each time
---@field off? number|number[]|dt.distribution|dt.alternatives how long the value is 0 each time

---A step function: values that are written in the scenario, each from its time on. Source: a step function
---@class dt.profile.steps: dt.profile
---@field [1] "steps"
---@field times? number[]|dt.alternatives when each value begins; the first at 0 (preset 0)
---@field values? number[]|dt.alternatives the value from each of the times on (preset 1)
---@field period? number|string|dt.alternatives the steps repeat after this time; 0: the last value stays (preset 0 s)

---Measured values from a file. Source: the user's file
---@class dt.profile.trace: dt.profile
---@field [1] "trace"
---@field path? string|dt.alternatives CSV file, plain or gzip; it is looked for beside the scenario, in the working folder and under $DTSIM_DATA
---@field time? string|dt.alternatives name of the column with the times, in s (its number from 1 where the first line is no header); else t_s, or the first where there is no header
---@field column? string|dt.alternatives name or number of the column with the values; else the last
---@field where? string|dt.alternatives "column=value": only rows that say so
---@field begin? "first"|"random"|dt.alternatives where each host or link begins: alike at the first row, or each at a row drawn for it (preset first)

---the machines and the network that the run is simulated on
---@class dt.platform

---Machines of several GPUs, joined by NVLink and PCIe, with one network card, a CPU for servers and a disk each. Source: NVIDIA A100; NCCL measurements published with Vidur (Agrawal et al. 2024)
---@class dt.platform.gpus: dt.platform
---@field [1] "gpus"
---@field gpus? integer|dt.alternatives GPUs in all, each a host that trains; the scenario's workers if it says so (preset 8)
---@field each? integer|dt.alternatives GPUs of a machine; the last machine may have fewer (preset 4)
---@field speed? number|string|dt.alternatives of every GPU (preset 1.95e+13 flop/s)
---@field nvlink? "pairs"|"switch"|"none"|dt.alternatives how GPUs of a machine are joined beside PCIe: two by two, all by a switch, or not at all (preset pairs)
---@field nvlink_bandwidth? number|string|dt.alternatives of NVLink in each direction; 0: as measured, 193.7 GB/s in pairs, 148.7 GB/s at a switch (preset 0 B/s)
---@field pcie_bandwidth? number|string|dt.alternatives of each GPU's PCIe link, in each direction (preset 2.37e+10 B/s)
---@field pcie_latency? number|string|dt.alternatives of each link of PCIe; a way between two devices has two (preset 5e-06 s)
---@field cpu_speed? number|string|dt.alternatives of a machine's CPUs together (preset 9.216e+12 flop/s)
---@field cpu_bandwidth? number|string|dt.alternatives of a machine's memory, in each direction (preset 2.048e+11 B/s)
---@field disk_bandwidth? number|string|dt.alternatives of a machine's disk, in each direction (preset 7877000000 B/s)
---@field disk_latency? number|string|dt.alternatives of a machine's disk (preset 8e-05 s)
---@field bandwidth? number|string|dt.alternatives of the network card of each machine, in each direction (preset 1.25e+10 B/s)
---@field latency? number|string|dt.alternatives of each network card; a way between machines has two, and two links of PCIe (preset 7.65e-06 s)
---@field seed? integer|dt.alternatives names the draws of the machines; here there are none (preset 1)

---Equal hosts on one switch or a fat tree, and servers. Source: choices of ours; the fat tree is SimGrid's
---@class dt.platform.lan: dt.platform
---@field [1] "lan"
---@field hosts? integer|dt.alternatives how many machines train; the scenario's workers if it says so (preset 8)
---@field topology? "switch"|"fat_tree"|dt.alternatives how they are connected (preset switch)
---@field speed? number|string|dt.alternatives of every host (preset 1e+10 flop/s)
---@field bandwidth? number|string|dt.alternatives of each host's link, in each direction (preset 1250000000 B/s)
---@field latency? number|string|dt.alternatives of each link; a route has two, or four across a fat tree (preset 2.5e-05 s)
---@field backbone? number|string|dt.alternatives what a switch carries in all; 0: everything (preset 0 B/s)
---@field servers? integer|dt.alternatives hosts on a switch that train nobody: server, server-1, ... (preset 1)
---@field server_bandwidth? number|string|dt.alternatives of each server's link on a switch; 0: as the hosts' (preset 0 B/s)
---@field ports? integer|dt.alternatives hosts of each lower switch of a fat tree (preset 4)
---@field spines? integer|dt.alternatives upper switches of a fat tree (preset 2)
---@field seed? integer|dt.alternatives names the draws of the machines; here there are none (preset 1)
---@field idle_watts? number|string|dt.alternatives power of a host that computes nothing (preset 0 W)
---@field busy_watts? number|string|dt.alternatives power of a host that computes; 0: no energy is counted (preset 0 W)
---@field link_watts? number|string|dt.alternatives power of a host's link at full use, in each direction; only with busy_watts (preset 0 W)

---Phones in five tiers on Wi-Fi, LTE and 3G, and a server. Source: Wu et al. 2019 (tiers); Eshratifar et al. 2018 (rates); model choices where the file says so
---@class dt.platform.mobile: dt.platform
---@field [1] "mobile"
---@field phones? integer|dt.alternatives how many; the scenario's workers if it says so (preset 1000)
---@field efficiency? number|dt.alternatives share of the peak that training sustains (preset 0.2)
---@field spread? number|dt.alternatives sigma of the log-normal peak within a tier (preset 0.25)
---@field wifi? number|dt.alternatives share of phones on Wi-Fi (preset 0.75)
---@field lte? number|dt.alternatives share on LTE; the rest is on 3G (preset 0.2)
---@field rate_spread? number|dt.alternatives sigma of the log-normal factor of mean 1 on both rates of a phone (preset 1)
---@field wifi_up? number|string|dt.alternatives mean rate of sending on Wi-Fi (preset 2360000 B/s)
---@field wifi_down? number|string|dt.alternatives mean rate of receiving on Wi-Fi (preset 6871250 B/s)
---@field wifi_rtt? number|string|dt.alternatives round trip between a phone on Wi-Fi and the server (preset 0.02 s)
---@field lte_up? number|string|dt.alternatives mean rate of sending on LTE (preset 731250 B/s)
---@field lte_down? number|string|dt.alternatives mean rate of receiving on LTE (preset 1720000 B/s)
---@field lte_rtt? number|string|dt.alternatives round trip on LTE (preset 0.06 s)
---@field g3_up? number|string|dt.alternatives mean rate of sending on 3G (preset 137500 B/s)
---@field g3_down? number|string|dt.alternatives mean rate of receiving on 3G (preset 253750 B/s)
---@field g3_rtt? number|string|dt.alternatives round trip on 3G (preset 0.15 s)
---@field watts? number|string|dt.alternatives power of a phone that trains, above idle; 0: no energy is counted (preset 2 W)
---@field server_speed? number|string|dt.alternatives of the server (preset 1e+12 flop/s)
---@field server_bandwidth? number|string|dt.alternatives of the server's link, in each direction (preset 1.25e+10 B/s)
---@field seed? integer|dt.alternatives names the draws of the phones, apart from the run's seed (preset 1)

---Data centres in up to ten regions of the world, a server in the first, and long links that one message fills. Source: AWS measurements of Yuan et al. 2022 (DT-FM)
---@class dt.platform.wan: dt.platform
---@field [1] "wan"
---@field regions? integer|dt.alternatives how many regions: the first of among (preset 3)
---@field among? string|dt.alternatives names of regions, commas between; empty: Virginia, Ireland, Tokyo, ...
---@field hosts? integer|dt.alternatives machines in each region; 0: so many that there are total (preset 0)
---@field total? integer|dt.alternatives machines in all, spread evenly; the scenario's workers if it says so (preset 12)
---@field speed? number|string|dt.alternatives of every host (preset 1e+10 flop/s)
---@field bandwidth? number|string|dt.alternatives of each host's link in its region, in each direction (preset 1250000000 B/s)
---@field latency? number|string|dt.alternatives of each host's link; a route in a region has two (preset 2.5e-05 s)
---@field scale? number|dt.alternatives factor on the bandwidth of every long link; 1: what one connection was measured to get (preset 1)
---@field each? boolean|dt.alternatives a server in every region: server in the first, then server-1, ...; for servers = { on = "sites" } of a scenario with sites = "region", the property of its hosts (preset false)
---@field server_bandwidth? number|string|dt.alternatives of each server's link; 0: as the hosts' (preset 0 B/s)
---@field long_watts? number|string|dt.alternatives power of a long link at full use, in each direction; needs busy_watts (preset 0 W)
---@field seed? integer|dt.alternatives names the draws of the machines; here there are none (preset 1)
---@field idle_watts? number|string|dt.alternatives power of a host that computes nothing (preset 0 W)
---@field busy_watts? number|string|dt.alternatives power of a host that computes; 0: no energy is counted (preset 0 W)
---@field link_watts? number|string|dt.alternatives power of a host's link at full use, in each direction; only with busy_watts (preset 0 W)

---published systems of data-parallel training, as combinations of the other choices
---@class dt.system

---PyTorch's DistributedDataParallel: buckets of 25 MB by ring all-reduce during backward, then a barrier. Source: Li et al. 2020, PyTorch Distributed: Experiences on Accelerating Data Parallel Training, PVLDB 13(12), doi:10.14778/3415478.3415530
---@class dt.system.ddp: dt.system
---@field [1] "ddp"

---Horovod: tensors fused up to 64 MB, ring all-reduce, a barrier before the step. Source: Sergeev, Del Balso 2018, Horovod: fast and easy distributed deep learning in TensorFlow, arXiv:1802.05799
---@class dt.system.horovod: dt.system
---@field [1] "horovod"

---Horovod with gradients in half precision: half the bytes, and rounding in every sum. Source: Sergeev, Del Balso 2018, arXiv:1802.05799; hvd.Compression.fp16
---@class dt.system.horovod_fp16: dt.system
---@field [1] "horovod_fp16"

---BytePS: pieces of 4 MB by priority to parameter servers on hosts of their own, one for each worker. Source: Jiang et al. 2020, A Unified Architecture for Accelerating Distributed DNN Training in Heterogeneous GPU/CPU Clusters, OSDI
---@class dt.system.byteps: dt.system
---@field [1] "byteps"

---ByteScheduler with parameter servers: pieces of 4 MB by priority, 16 MB of credit, no barrier. Source: Peng et al. 2019, A Generic Communication Scheduler for Distributed DNN Training Acceleration, SOSP, doi:10.1145/3341301.3359642
---@class dt.system.bytescheduler: dt.system
---@field [1] "bytescheduler"

---ByteScheduler with parameter servers and its tuner: piece and credit by Bayesian optimisation while it trains. Source: Peng et al. 2019, SOSP, section 4.3, doi:10.1145/3341301.3359642
---@class dt.system.bytescheduler_tuned: dt.system
---@field [1] "bytescheduler_tuned"

---ByteScheduler with ring all-reduce: pieces of 32 MB by priority, 64 MB of credit, no barrier. Source: Peng et al. 2019, SOSP, doi:10.1145/3341301.3359642
---@class dt.system.bytescheduler_ring: dt.system
---@field [1] "bytescheduler_ring"

---P3, priority-based parameter propagation: slices of 200 kB by priority, one at a time, to parameter servers. Source: Jayarajan et al. 2019, Priority-based Parameter Propagation for Distributed DNN Training, SysML, arXiv:1905.03960
---@class dt.system.p3: dt.system
---@field [1] "p3"

---What TicTac is measured against: parameters by servers in an order that is drawn anew for each step. Source: Hashemi, Abdu Jyothi, Campbell 2019, TicTac: Accelerating Distributed Deep Learning with Communication Scheduling, SysML, arXiv:1803.03288
---@class dt.system.tictac_baseline: dt.system
---@field [1] "tictac_baseline"

---TicTac without times: parameters by servers, those first whose layers need the fewest transfers. Source: Hashemi, Abdu Jyothi, Campbell 2019, TicTac, SysML, section 4.2, arXiv:1803.03288
---@class dt.system.tictac_tic: dt.system
---@field [1] "tictac_tic"

---TicTac with times: parameters by servers, those first that travel fast and let much be computed. Source: Hashemi, Abdu Jyothi, Campbell 2019, TicTac, SysML, section 4.3, arXiv:1803.03288
---@class dt.system.tictac_tac: dt.system
---@field [1] "tictac_tac"

---SlowMo: local SGD whose mean takes steps with momentum of its own, every 48 steps. Source: Wang, Tantia, Ballas, Rabbat 2020, SlowMo: Improving Communication-Efficient Distributed SGD with Slow Momentum, ICLR, arXiv:1910.00643; presets of PyTorch's SlowMomentumOptimizer
---@class dt.system.slowmo: dt.system
---@field [1] "slowmo"

---BAGUA's all-reduce: buckets of 10 MiB during backward, summed by scatter-reduce (C_FP_S), then a barrier. Source: Gan et al. 2021, BAGUA: Scaling up Distributed Learning with System Relaxations, PVLDB 15(4), arXiv:2107.01499
---@class dt.system.bagua_allreduce: dt.system
---@field [1] "bagua_allreduce"

---BAGUA with QSGD in 8 bits: scatter-reduce of compressed buckets, whose sums are compressed again (C_LP_S). Source: Gan et al. 2021, arXiv:2107.01499; Alistarh et al. 2017, QSGD, arXiv:1610.02132
---@class dt.system.bagua_qsgd: dt.system
---@field [1] "bagua_qsgd"

---BAGUA with 1-bit Adam: after a warm-up of full precision signs of first moments, compressed at both ends with two error memories. Source: Gan et al. 2021, arXiv:2107.01499; Tang et al. 2021, 1-bit Adam, arXiv:2102.02888
---@class dt.system.bagua_1bit_adam: dt.system
---@field [1] "bagua_1bit_adam"

---BAGUA's decentralised SGD in full precision: after its step a worker averages models with one other, another one each time (D_FP_S). Source: Gan et al. 2021, arXiv:2107.01499; Lian et al. 2017, arXiv:1705.09056
---@class dt.system.bagua_decen32: dt.system
---@field [1] "bagua_decen32"

---BAGUA's decentralised SGD in 8 bits: on a ring, differences of models are compressed (D_LP_S). Source: Gan et al. 2021, arXiv:2107.01499; Tang et al. 2018, Communication Compression for Decentralized Training, arXiv:1803.06443
---@class dt.system.bagua_decen8: dt.system
---@field [1] "bagua_decen8"

---BAGUA's asynchronous SGD: workers never wait, and a thread beside them averages the models. Source: Gan et al. 2021, arXiv:2107.01499
---@class dt.system.bagua_async: dt.system
---@field [1] "bagua_async"

---MXNet's KVStore dist_device_sync: GPUs of a machine sum first, then layers go to servers as they are ready. Source: Chen et al. 2015, MXNet: A Flexible and Efficient Machine Learning Library for Heterogeneous Distributed Systems, arXiv:1512.01274
---@class dt.system.mxnet: dt.system
---@field [1] "mxnet"

---BigDL: two Spark jobs an iteration, gradients and then synchronisation, whose tasks a driver launches one after another. Source: Dai et al. 2019, BigDL: A Distributed Deep Learning Framework for Big Data, SoCC, arXiv:1804.05839
---@class dt.system.bigdl: dt.system
---@field [1] "bigdl"

---BigDL with Drizzle's group scheduling: the tasks of ten iterations are launched together. Source: Venkataraman et al. 2017, Drizzle: Fast and Adaptable Stream Processing at Scale, SOSP; Dai et al. 2019, arXiv:1804.05839
---@class dt.system.drizzle: dt.system
---@field [1] "drizzle"

---Spark's MLlib: gradients are summed by treeAggregate of depth 2, and the driver broadcasts the model. Source: Meng et al. 2016, MLlib: Machine Learning in Apache Spark, JMLR 17(34)
---@class dt.system.mllib: dt.system
---@field [1] "mllib"

---on which hosts the workers train, if not on all: { on = "gpu*" }
---@class dt.scenario.workers
---@field count? integer|dt.alternatives how many workers train; 0: one on every host whose name matches on (preset 0)
---@field on? string|dt.alternatives names of the workers' hosts, with * and ?, such as "gpu*"; in natural order (gpu2 before gpu10), without the server's host if another one matches
---@field order? "fill"|"spread"|dt.alternatives fill: workers take hosts in that order, so that a machine of gpus is full before the next; spread: one host of every site in turn, as the key sites says (preset fill)

---how many servers there are, and where: { count = 4, on = "workers" }
---@class dt.scenario.servers
---@field count? integer|dt.alternatives how many servers, or how many in each site (preset 1)
---@field on? "own"|"workers"|"sites"|dt.alternatives own: on hosts called server, server-1, ...; workers: on the workers' hosts in order; sites: count servers in every site, on its hosts of these names, else on the hosts of its first workers (preset own)
---@field replicas? integer|dt.alternatives copies of the range of every parameter server at the servers after it, in a ring (chain replication): a push is acknowledged once all have it, so that no failure of so many servers at a time loses one (preset 0)
---@field checkpoint? string|table|dt.alternatives parameter servers write their ranges every so often, and begin again with the last one after a failure that no copy survives; without it, with the initial values (preset -)

---the server of federated learning sees the sum of its clients' updates and no single one (Bonawitz et al. 2017), for four exchanges a round: { threshold = 0.67 }; without the key there is none
---@class dt.scenario.secure_aggregation
---@field threshold? number|dt.alternatives share of a round's clients that must stay to the end: with fewer the sum cannot be unmasked, and the round leaves the model as it is.  A higher one hides updates from more clients that conspire, and bears fewer dropouts (preset 0.67)
---@field bits? integer|dt.alternatives bits of an entry of a masked update: fewer are sent faster, and round updates more coarsely (preset 32)
---@field range? number|dt.alternatives entries of an update are cut at this absolute value; a smaller range rounds less and cuts more (column saturated) (preset 1)
---@field patience? number|string|dt.alternatives how long the server waits for clients that are silent in an exchange before or after the training, and goes on without them; 0: until the round's deadline, or until a client is given up (preset 0 s)
---@field flops? number|dt.alternatives flops that a client or the server spends on an entry of one mask, or on a product of secret sharing (preset 8)
---@field agreement? number|dt.alternatives flops that a client or the server spends on the key agreement with one client (preset 100000)

---how long a step takes, if not flops / host speed
---@class dt.scenario.compute
---@field seconds? number|number[]|dt.distribution|dt.alternatives time of each step, drawn from a distribution, instead of flops / host speed; or a list with a value for each worker

---what others use of the workers' hosts: a share, a profile of one, or a list { { "host-*", share = profile } }
---@class dt.scenario.load
---@field share? string|table|dt.alternatives share of a host that others use, 0 to 1, or a number for all the time; steps take 1 / (1 - share) times as long meanwhile; above 0.99 it counts as 0.99

---what to make ideal, to see what it costs; random draws stay the same
---@class dt.scenario.ideal
---@field jitter? boolean|dt.alternatives every step takes the mean time of its distribution, so that no step is a straggler; random draws are unchanged (preset false)
---@field slowness? boolean|dt.alternatives all workers compute at their mean speed, so that no worker is a straggler (preset false)
---@field latency? boolean|dt.alternatives links have no latency, so that TCP windows set no bound either (preset false)
---@field bandwidth? boolean|dt.alternatives links have no bandwidth limit: a message takes its latency, and more only if the TCP window sets a bound (preset false)
---@field window? boolean|dt.alternatives no TCP window: the narrowest link of its route alone bounds a message (preset false)
---@field server? boolean|dt.alternatives sending, receiving and computing of the server take no time (preset false)

---failures of hosts, links and messages, and how long others wait for a failed worker
---@class dt.scenario.faults
---@field crash? number|number[]|dt.distribution|dt.alternatives time to failure of each worker's host (MTBF), drawn anew after each recovery
---@field recover? number|number[]|dt.distribution|dt.alternatives time to repair of a failed host (MTTR); without it a failed host stays down for good
---@field availability? string|table|dt.alternatives when a worker is available: a profile of 1 (there) and 0 (away), as of phones that charge
---@field battery? number|number[]|dt.distribution|dt.alternatives energy budget of each worker's host; the host fails for good when it is used up
---@field stragglers? string|table|dt.alternatives { count = 2, delay = "4s", every = 1 }: so many workers of every round are late; for what the others do meanwhile, which independent delays (jitter) cannot tell as sharply (preset -)
---@field links? string|table|dt.alternatives { { "pattern", bandwidth = profile, latency = profile, on = profile }, ... }: links whose values change over time
---@field servers? string|table|dt.alternatives failures of parameter servers (strategy = "ps"): without copies of its range (servers.replicas), a server begins again with its last checkpoint (servers.checkpoint) (preset -)
---@field message_loss? number|dt.alternatives probability that a message is lost; its sender sends it again after timeout (preset 0)
---@field timeout? number|string|dt.alternatives how long after it left a lost message is sent again (preset 0.2 s)
---@field deadline? number|string|dt.alternatives how long the others wait for a worker that has failed or cannot be reached, before they go on without it (preset 60 s)
---@field patience? number|string|dt.alternatives simulated time without a completed training step, or without an update of a client that counts, after which the run ends as a failure (preset 86400 s)

---when a run ends; 0: not by this key; any column of the evaluations can end it, those that the strategy or on_evaluate add, too
---@class dt.scenario.stop
---@field steps? number|dt.alternatives the run ends when a worker has taken so many gradient steps (preset 0)
---@field rounds? number|dt.alternatives the run ends after so many rounds: means over all workers, or rounds of a server (preset 0)
---@field epochs? number|dt.alternatives the run ends after so many passes over all training samples, summed over workers (preset 0)
---@field seconds? number|string|dt.alternatives the run ends at this simulated time (preset 0 s)
---@field bytes? number|string|dt.alternatives budget of bytes sent by all; the run ends with the round that uses it up (preset 0 B)
---@field joules? number|string|dt.alternatives budget of energy of all hosts and links, if the platform has power figures (busy_watts of lan and wan); the run ends with the round that uses it up (preset 0 J)
---@field flops? number|dt.alternatives budget of floating-point operations of all workers and servers; the run ends with the round that uses it up (preset 0)
---@field loss? number|dt.alternatives the first evaluation with at most this: mean loss on training samples of the model that is evaluated; of several models the mean of their losses (preset 0)
---@field accuracy? number|dt.alternatives the first evaluation with at least this share, such as 0.97: share of the test samples, or without any of the training samples, that the model which is evaluated classifies right; of several models the mean (preset 0)
---@field lr? number|dt.alternatives the first evaluation that gets there from where it began: learning rate of the round that ends here; at the start, of the first (preset 0)
---@field consensus_distance? number|dt.alternatives the first evaluation with at most this: root mean square distance from their mean of the models that are merged or evaluated in this round; NaN: not formed (preset 0)
---@field updates? number|dt.alternatives the first evaluation that gets there from where it began: updates merged, or models evaluated, in the round that ends here; 0: none, the model stayed as it was (preset 0)
---@field own_loss? number|dt.alternatives the first evaluation with at most this: mean over workers of the loss, on a worker's own samples (split.own), of the model that is evaluated, or is its own (preset 0)
---@field own_accuracy? number|dt.alternatives the first evaluation with at least this share, such as 0.97: mean over workers of the share of a worker's own samples that the model which is evaluated, or is its own, classifies right; each worker counts once (preset 0)
---@field own_least? number|dt.alternatives the first evaluation with at least this share, such as 0.97: share of its own samples that this model classifies right for the worker for which it is least (preset 0)
---@field own_p10? number|dt.alternatives the first evaluation with at least this share, such as 0.97: 10th percentile over workers of the accuracy on a worker's own samples, between two of them in proportion (preset 0)
---@field own_median? number|dt.alternatives the first evaluation with at least this share, such as 0.97: median over workers of the accuracy on a worker's own samples (preset 0)
---@field own_p90? number|dt.alternatives the first evaluation with at least this share, such as 0.97: 90th percentile over workers of the accuracy on a worker's own samples, between two of them in proportion (preset 0)
---@field own_deviation? number|dt.alternatives the first evaluation with at most this: standard deviation over workers of the accuracy on a worker's own samples: 0 if all are alike (the fairness of q-FedAvg) (preset 0)
---@field own_fairness? number|dt.alternatives the first evaluation with at least this share, such as 0.97: Jain's fairness index of the accuracies a of the n workers on their own samples, (sum a)^2 / (n sum a^2): 1 if all are alike, 1 / n if one has everything, NaN if nobody has any (preset 0)
---@field loss_each? number|dt.alternatives the first evaluation with at most this: mean over workers of the loss of each worker's model, where the model that is evaluated is the mean of their models (preset 0)
---@field accuracy_each? number|dt.alternatives the first evaluation with at least this share, such as 0.97: mean over workers of the accuracy of each worker's model, where the model that is evaluated is the mean of their models (preset 0)

---when to evaluate the model; 0: not by this key; all 0: fifty times in the run (after every round if only joules or flops limit it)
---@class dt.scenario.evaluate
---@field rounds? number|dt.alternatives evaluate after every so many rounds (preset 0)
---@field steps? number|dt.alternatives evaluate after every so many steps (preset 0)
---@field seconds? number|string|dt.alternatives evaluate after every so many seconds (preset 0 s)
---@field epochs? number|dt.alternatives evaluate after every so many epochs (preset 0)
---@field bytes? number|string|dt.alternatives evaluate after every so many bytes (preset 0 B)
---@field each? boolean|dt.alternatives also record the scores of every worker, in the table scores, and, where the mean of models that differ is evaluated (gossip), the mean of the models' own scores, in loss_each and accuracy_each; it costs an evaluation for each worker (preset false)
---@field rows? integer|dt.alternatives training samples that the loss is computed on; 0: all; if it is set, the samples of the data set synthetic with split = "natural" are made when a client takes part, so that memory hardly grows with the clients (preset 0)

---@class dt.scenario
---@field platform? "gpus"|dt.platform.gpus|"lan"|dt.platform.lan|"mobile"|dt.platform.mobile|"wan"|dt.platform.wan|string|dt.alternatives machines and network; or the path of a SimGrid XML file
---@field system? "ddp"|dt.system.ddp|"horovod"|dt.system.horovod|"horovod_fp16"|dt.system.horovod_fp16|"byteps"|dt.system.byteps|"bytescheduler"|dt.system.bytescheduler|"bytescheduler_tuned"|dt.system.bytescheduler_tuned|"bytescheduler_ring"|dt.system.bytescheduler_ring|"p3"|dt.system.p3|"tictac_baseline"|dt.system.tictac_baseline|"tictac_tic"|dt.system.tictac_tic|"tictac_tac"|dt.system.tictac_tac|"slowmo"|dt.system.slowmo|"bagua_allreduce"|dt.system.bagua_allreduce|"bagua_qsgd"|dt.system.bagua_qsgd|"bagua_1bit_adam"|dt.system.bagua_1bit_adam|"bagua_decen32"|dt.system.bagua_decen32|"bagua_decen8"|dt.system.bagua_decen8|"bagua_async"|dt.system.bagua_async|"mxnet"|dt.system.mxnet|"bigdl"|dt.system.bigdl|"drizzle"|dt.system.drizzle|"mllib"|dt.system.mllib|dt.alternatives a published system, such as "bytescheduler": its choices of strategy, queue, collective and others, where the scenario does not say them itself; dtsim list system
---@field workers? integer|dt.scenario.workers|dt.alternatives how many workers train; 0: one on every host except the servers'; a table says on which hosts (preset 0)
---@field seed? integer|dt.alternatives names every stream of random numbers of the run; repeat with other seeds to see how far results scatter (preset 1)
---@field data_seed? integer|dt.alternatives names the streams of generated data, so that the data stay the same while seed varies; 0: the run's seed (preset 0)
---@field learn? boolean|dt.alternatives false: simulate only time and bytes, which is faster; no model is trained, and there is no loss (preset true)
---@field batch_size? integer|dt.alternatives samples of a gradient (mini-batch); 0: all samples of the worker (preset 32)
---@field accumulate? integer|dt.alternatives gradient accumulation: batches of batch_size whose gradients are averaged before one step and one exchange, for larger batches than fit into memory; a step takes the time of all of them (preset 1)
---@field server? string|dt.alternatives name of the server's host; without it the host called server, else the first worker's
---@field sites? string|dt.alternatives property of hosts that says in which site (data centre) each is, such as "region" of wan; bytes within and between sites are then counted apart; empty: all hosts are in one site
---@field network? "LV08"|"CM02"|dt.alternatives SimGrid's network model: LV08 has measured correction factors, CM02 agrees with closed formulas (preset LV08)
---@field window? number|string|dt.alternatives TCP window: the rate of a message is at most window / (2 latency of its route); 0: no such bound; the <config> of a platform may preset another value than 4 MiB (wan presets 0) (preset 4194304 B)
---@field trace? "none"|"spans"|"messages"|dt.alternatives spans: record what every worker does at each time; messages: every message, too; explain, trace and timelines take them (preset none)
---@field detail? "auto"|"messages"|"folded"|dt.alternatives how exchanges such as an all-reduce are simulated: messages: message by message; folded: at once, with the same times and bytes, where nothing else can be on the way (else message by message, with a warning); auto: folded from 32 workers on where it can be: exchanges of thousands of workers then take seconds less of real time (preset auto)
---@field keep? "nothing"|"model"|dt.alternatives model: record the final parameters, a checkpoint of the trained model (preset nothing)
---@field seeds? integer how many seeds to repeat every run with, from seed on
---@field servers? dt.scenario.servers|dt.alternatives how many servers there are, and where: { count = 4, on = "workers" }
---@field data? "gaussian"|dt.data.gaussian|"linear"|dt.data.linear|"synthetic"|dt.data.synthetic|"documents"|dt.data.documents|"glyphs"|dt.data.glyphs|"idx"|dt.data.idx|"libsvm"|dt.data.libsvm|"csv"|dt.data.csv|"hdf5"|dt.data.hdf5|"blank"|dt.data.blank|dt.alternatives the data set that is learned from (preset gaussian)
---@field split? "iid"|dt.split.iid|"dirichlet"|dt.split.dirichlet|"shards"|dt.split.shards|"owned"|dt.split.owned|"quantity"|dt.split.quantity|"by_label"|dt.split.by_label|"natural"|dt.split.natural|"contiguous"|dt.split.contiguous|"all"|dt.split.all|"halves"|dt.split.halves|dt.alternatives data partition (IID or non-IID): which worker holds which sample (preset iid)
---@field model? "bag"|dt.model.bag|"cnn"|dt.model.cnn|"kmeans"|dt.model.kmeans|"linear"|dt.model.linear|"logistic"|dt.model.logistic|"mlp"|dt.model.mlp|"profile"|dt.model.profile|"softmax"|dt.model.softmax|"svm"|dt.model.svm|dt.alternatives the model that is trained, with its loss
---@field optimiser? "adagrad"|dt.optimiser.adagrad|"adam"|dt.optimiser.adam|"adamw"|dt.optimiser.adamw|"lamb"|dt.optimiser.lamb|"lars"|dt.optimiser.lars|"sgd"|dt.optimiser.sgd|"yogi"|dt.optimiser.yogi|dt.alternatives optimiser: how a gradient becomes a step, with the learning rate lr and gradient clipping (preset sgd)
---@field project? "none"|dt.project.none|"l1"|dt.project.l1|"l2ball"|dt.project.l2ball|"box"|dt.project.box|dt.alternatives what every step of the optimiser is brought back to: a penalty's proximal operator, or a set of models (preset none)
---@field schedule? "constant"|dt.schedule.constant|"cosine"|dt.schedule.cosine|"inverse"|dt.schedule.inverse|"points"|dt.schedule.points|"step"|dt.schedule.step|dt.alternatives learning-rate schedule: the factor of lr over time; in a round all workers use the factor of its beginning (preset constant)
---@field strategy? "adacomm"|dt.strategy.adacomm|"async_average"|dt.strategy.async_average|"budget"|dt.strategy.budget|"coded"|dt.strategy.coded|"d2"|dt.strategy.d2|"diloco"|dt.strategy.diloco|"fedasync"|dt.strategy.fedasync|"fedavg"|dt.strategy.fedavg|"fedbuff"|dt.strategy.fedbuff|"fednova"|dt.strategy.fednova|"gaia"|dt.strategy.gaia|"gossip"|dt.strategy.gossip|"isolated"|dt.strategy.isolated|"localsgd"|dt.strategy.localsgd|"onebit_adam"|dt.strategy.onebit_adam|"overlap"|dt.strategy.overlap|"ps"|dt.strategy.ps|"qgm"|dt.strategy.qgm|"scaffold"|dt.strategy.scaffold|"sgd"|dt.strategy.sgd|"speculative"|dt.strategy.speculative|"tracking"|dt.strategy.tracking|dt.alternatives the training algorithm: which worker computes what, and who sends what to whom
---@field server_optimiser? "adagrad"|dt.optimiser.adagrad|"adam"|dt.optimiser.adam|"adamw"|dt.optimiser.adamw|"lamb"|dt.optimiser.lamb|"lars"|dt.optimiser.lars|"sgd"|dt.optimiser.sgd|"yogi"|dt.optimiser.yogi|dt.alternatives optimiser that steps the global model along the mean change of the clients (outer optimiser), at its own lr, which the schedule does not change; without it their mean takes the model's place, as with { "sgd", lr = 1 } (preset sgd)
---@field collective? "double_tree"|dt.collective.double_tree|"doubling"|dt.collective.doubling|"driver"|dt.collective.driver|"halving"|dt.collective.halving|"hierarchical"|dt.collective.hierarchical|"kvstore"|dt.collective.kvstore|"ring"|dt.collective.ring|"scatter_reduce"|dt.collective.scatter_reduce|"shards"|dt.collective.shards|"shuffle"|dt.collective.shuffle|"star"|dt.collective.star|"torus2d"|dt.collective.torus2d|"tree"|dt.collective.tree|dt.alternatives all-reduce algorithm: how a mean is formed by messages of the workers (preset ring)
---@field compress? "none"|dt.compress.none|"float16"|dt.compress.float16|"topk"|dt.compress.topk|"sign"|dt.compress.sign|"quantize"|dt.compress.quantize|"toprows"|dt.compress.toprows|"randomk"|dt.compress.randomk|"sketch"|dt.compress.sketch|"significant"|dt.compress.significant|"kkt"|dt.compress.kkt|"randomskip"|dt.compress.randomskip|"nonzero"|dt.compress.nonzero|"blocks"|dt.compress.blocks|"sparsesketch"|dt.compress.sparsesketch|"minmax"|dt.compress.minmax|"powersgd"|dt.compress.powersgd|"dgc"|dt.compress.dgc|dt.alternatives gradient and model compression: what a message holds, and its bytes (preset none)
---@field aggregate? "mean"|dt.aggregate.mean|"weighted"|dt.aggregate.weighted|"median"|dt.aggregate.median|"trimmed"|dt.aggregate.trimmed|"geometric"|dt.aggregate.geometric|"krum"|dt.aggregate.krum|"bulyan"|dt.aggregate.bulyan|dt.alternatives aggregation rule: how updates or models become one, also where some are Byzantine (preset weighted)
---@field topology? "ring"|dt.topology.ring|"torus"|dt.topology.torus|"star"|dt.topology.star|"complete"|dt.topology.complete|"exponential"|dt.topology.exponential|"random_regular"|dt.topology.random_regular|"onepeer"|dt.topology.onepeer|"hypercube"|dt.topology.hypercube|"pairs"|dt.topology.pairs|"file"|dt.topology.file|dt.alternatives communication graph of decentralised SGD (gossip): who exchanges models with whom (preset ring)
---@field sync? "bsp"|dt.sync.bsp|"ssp"|dt.sync.ssp|"async"|dt.sync.async|"bounded_delay"|dt.sync.bounded_delay|"backup"|dt.sync.backup|"adaptive"|dt.sync.adaptive|dt.alternatives synchronisation of parameter servers: barrier, bounded staleness, backup workers or none (preset bsp)
---@field queue? "whole"|dt.queue.whole|"fifo"|dt.queue.fifo|"bucket"|dt.queue.bucket|"priority"|dt.queue.priority|"random"|dt.queue.random|"tic"|dt.queue.tic|"tac"|dt.queue.tac|"tuned"|dt.queue.tuned|dt.alternatives communication scheduling: in which pieces gradients leave, and which goes first (preset whole)
---@field code? "none"|dt.code.none|"fractional"|dt.code.fractional|"cyclic"|dt.code.cyclic|"vote"|dt.code.vote|"fourier"|dt.code.fourier|dt.alternatives gradient code: which parts of a batch each worker computes, so that slow or Byzantine workers do no harm (preset none)
---@field secure_aggregation? dt.scenario.secure_aggregation|dt.alternatives the server of federated learning sees the sum of its clients' updates and no single one (Bonawitz et al. 2017), for four exchanges a round: { threshold = 0.67 }; without the key there is none
---@field privacy? "central"|dt.privacy.central|"adaptive_clip"|dt.privacy.adaptive_clip|"distributed"|dt.privacy.distributed|dt.alternatives differential privacy of clients: their updates are clipped and get noise, and epsilon is accounted for; without the key there is none (preset central)
---@field slowness? "constant"|dt.distribution.constant|"exponential"|dt.distribution.exponential|"shifted_exponential"|dt.distribution.shifted_exponential|"pareto"|dt.distribution.pareto|"lognormal"|dt.distribution.lognormal|"normal"|dt.distribution.normal|"uniform"|dt.distribution.uniform|"bimodal"|dt.distribution.bimodal|"each"|dt.distribution.each|"trace"|dt.distribution.trace|number|number[]|dt.alternatives heterogeneity: how many times slower each worker computes, drawn once; or a list with a value for each (preset constant)
---@field jitter? "constant"|dt.distribution.constant|"exponential"|dt.distribution.exponential|"shifted_exponential"|dt.distribution.shifted_exponential|"pareto"|dt.distribution.pareto|"lognormal"|dt.distribution.lognormal|"normal"|dt.distribution.normal|"uniform"|dt.distribution.uniform|"bimodal"|dt.distribution.bimodal|"each"|dt.distribution.each|"trace"|dt.distribution.trace|number|number[]|dt.alternatives stragglers: factor on the time of each step, drawn for every step; or a list with a value for each worker (preset constant)
---@field compute? dt.scenario.compute|dt.alternatives how long a step takes, if not flops / host speed
---@field load? dt.scenario.load|dt.alternatives what others use of the workers' hosts: a share, a profile of one, or a list { { "host-*", share = profile } }
---@field ideal? dt.scenario.ideal|dt.alternatives what to make ideal, to see what it costs; random draws stay the same
---@field attack? "none"|dt.attack.none|"reverse"|dt.attack.reverse|"constant"|dt.attack.constant|"noise"|dt.attack.noise|"label_flip"|dt.attack.label_flip|dt.alternatives Byzantine workers: what adversaries send in place of the truth, and which workers they are (preset none)
---@field faults? dt.scenario.faults|dt.alternatives failures of hosts, links and messages, and how long others wait for a failed worker
---@field stop? dt.scenario.stop|dt.alternatives when a run ends; 0: not by this key; any column of the evaluations can end it, those that the strategy or on_evaluate add, too
---@field evaluate? dt.scenario.evaluate|dt.alternatives when to evaluate the model; 0: not by this key; all 0: fifty times in the run (after every round if only joules or flops limit it)
---@field on_evaluate? fun(evaluation: dt.evaluation): "stop"|boolean|table<string, number>|nil, "stop"|boolean|nil sees every evaluation as it is made; numbers by name, the same at every one, become columns
---@field claims? table<string, fun(results: dt.results): boolean, string?> judged when all runs have ended

---One run of a sweep.
---@class dt.run
---@field id integer Its number in the sweep, from 0; /runs/0007 of the file is that of run 7.
---@field status string "ok", or why it failed: "diverged", "timeout", ...
---@field time_s number Simulated time at its end, in seconds.
---@field steps number Gradient steps of a worker.
---@field rounds number Rounds.
---@field loss number Loss of the last evaluation; NaN where nothing is learnt.
---@field accuracy number Accuracy of the last evaluation, from 0 to 1.
---@field bytes number Bytes of all messages that arrived.
---@field joules number Energy of all hosts and links; NaN where the platform has no power figures.
---@field seed integer The seed.
---@field set table<string, any> What was swept, by key path.
---@field config table Every value in effect, in the tables of the scenario.
---@field evaluations table<string, number[]> A list for each column of the evaluations.
---@field results table<string, any> Other results that are single values: with the key sites also bytes_inside and bytes_between, the bytes within sites and between them.
---@field model number[] The final parameters, if the scenario has keep = "model".
---@field time_to fun(self, target: table): number The simulated time of the first evaluation whose loss is at most 0.5, or whose accuracy is at least { accuracy = 0.9 }, or that has brought any other column there ("dtsim help evaluations"; where neither low nor high is better, from the side on which it began); of several runs the median; math.huge if no evaluation has it.  The answer is as fine as the evaluations are ("dtsim help evaluate"): for one run it is never a time between two of them.
---@field step_to fun(self, target: table): number The step of a worker at that evaluation.
---@field round_to fun(self, target: table): number The round.
---@field epoch_to fun(self, target: table): number The epoch.
---@field bytes_to fun(self, target: table): number The bytes.
---@field value fun(self, key: string): any What median takes of each run: a swept value, a result ("bytes_between"), any key of the configuration, or a column of the evaluations at the end; nil: the run has none.
---@field table fun(self, name: string): table<string, any[]> A table that the run left, such as "workers", "staleness", "rounds" or one of the strategy's own ("dtsim help tables"); a list for each column.

---The runs of a sweep, as a claim sees them.
---@class dt.results: dt.run[]
---@field where fun(self, wanted: table|fun(run: dt.run): boolean): dt.results The runs with these values, or those that a function is true of.  A key is a key path or a result ("time_s").  A number may be written in any unit, and a list or table has all that is written of it.  A choice is meant by its label in the sweep ("fedavg proximal_mu=1"); if no run has that label, its name means every run with that algorithm.
---@field median fun(self, key: string): number The median over the runs of a result, a swept number or, at its end, a column of the evaluations.
---@field mean fun(self, key: string): number Their mean.
---@field least fun(self, key: string): number The least of them.
---@field most fun(self, key: string): number The greatest of them.
---@field values fun(self, key: string): number[] All of them, a number for each run.
---@field time_to fun(self, target: table): number The simulated time of the first evaluation whose loss is at most 0.5, or whose accuracy is at least { accuracy = 0.9 }, or that has brought any other column there ("dtsim help evaluations"; where neither low nor high is better, from the side on which it began); of several runs the median; math.huge if no evaluation has it.  The answer is as fine as the evaluations are ("dtsim help evaluate"): for one run it is never a time between two of them.
---@field step_to fun(self, target: table): number The step of a worker at that evaluation.
---@field round_to fun(self, target: table): number The round.
---@field epoch_to fun(self, target: table): number The epoch.
---@field bytes_to fun(self, target: table): number The bytes.

---@class dt.alternatives values of a swept key, of which each run has one

---What on_evaluate sees, and what a run of dt.results has lists of.
---@class dt.evaluation
---@field time_s number simulated time at which the first worker, or the server, had finished the round; of workers with models of their own, at which all of them had, or that the evaluation was due at (s)
---@field step integer gradient steps of a worker so far; of workers that are evaluated in different rounds the mean (1)
---@field round integer rounds so far; of workers that are evaluated in different rounds the mean (1)
---@field epoch number passes over all training samples so far, all workers together (1)
---@field bytes number bytes that have arrived so far, all messages (B)
---@field loss number mean loss on training samples of the model that is evaluated; of several models the mean of their losses (1)
---@field accuracy number share of the test samples, or without any of the training samples, that the model which is evaluated classifies right; of several models the mean (1)
---@field lr number learning rate of the round that ends here; at the start, of the first (1)
---@field consensus_distance number root mean square distance from their mean of the models that are merged or evaluated in this round; NaN: not formed (1)
---@field updates integer updates merged, or models evaluated, in the round that ends here; 0: none, the model stayed as it was (1)
---@field own_loss? number mean over workers of the loss, on a worker's own samples (split.own), of the model that is evaluated, or is its own (1)
---@field own_accuracy? number mean over workers of the share of a worker's own samples that the model which is evaluated, or is its own, classifies right; each worker counts once (1)
---@field own_least? number share of its own samples that this model classifies right for the worker for which it is least (1)
---@field own_p10? number 10th percentile over workers of the accuracy on a worker's own samples, between two of them in proportion (1)
---@field own_median? number median over workers of the accuracy on a worker's own samples (1)
---@field own_p90? number 90th percentile over workers of the accuracy on a worker's own samples, between two of them in proportion (1)
---@field own_deviation? number standard deviation over workers of the accuracy on a worker's own samples: 0 if all are alike (the fairness of q-FedAvg) (1)
---@field own_fairness? number Jain's fairness index of the accuracies a of the n workers on their own samples, (sum a)^2 / (n sum a^2): 1 if all are alike, 1 / n if one has everything, NaN if nobody has any (1)
---@field loss_each? number mean over workers of the loss of each worker's model, where the model that is evaluated is the mean of their models (1)
---@field accuracy_each? number mean over workers of the accuracy of each worker's model, where the model that is evaluated is the mean of their models (1)
---@field clipped? number share of the updates of the round that ends here whose norm was larger than the clip norm, or no number, so that it counts as no change (privacy) (1)
---@field clip_norm? number norm that updates of the round after this one are clipped to (privacy) (1)
---@field epsilon? number bound of what the models so far tell of any one client, for the delta of the key privacy; NaN: there is none, as a round had no noise (1)
---@field saturated? number share of the entries of the updates of the last sum that were cut at the range of secure_aggregation (1)
---@field dropouts? integer clients so far that had shared keys and whose update was in no sum, because they failed or were late (secure_aggregation) (1)
---@field failed_rounds? integer rounds so far in which fewer clients than the threshold of secure_aggregation stayed to the end, which left the model as it was (1)
---@field local_steps? number gradient steps of a worker in the round that ends here (1)
---@field average_age? number steps that a worker had taken since it gave its model to the newest average that has come (1)
---@field rho? number estimate of how fast the clients' losses change with the model: its Lipschitz constant (1)
---@field beta? number estimate of how fast the clients' gradients change with the model: its smoothness (1)
---@field delta? number estimate of how far the clients' gradients are from their mean: 0 if all hold the same samples (1)
---@field overrun? number share of a budget (stop.seconds, bytes or joules) by which it has been exceeded, the largest; 0: none has (1)
---@field gradient_error? number distance of the gradient that was decoded or merged from that of all parts, relative to its length, in the last round; a real system cannot know it (1)
---@field liars_found? number workers whose words the code found to be false, in the last round (1)
---@field copies? number backup tasks that were begun in the last round (1)
---@field copies_first? number of these, those whose result came first and counted (1)

---The module dt, with which scenarios are written.
---@class dt
---@field scenario fun(t: dt.scenario): dt.scenario Declares that a table is a scenario; its file ends with return dt.scenario { ... }.  "dtsim help scenario" lists its keys.
---@field is_scenario fun(value: any): boolean True if dt.scenario has returned the value.
---@field sweep fun(values: any[]): dt.alternatives One run for each of the values; several sweeps make a grid.  It can stand for any value of a scenario, also for a whole choice such as { "topk", ratio = 0.01 }; the first sweep of the file varies slowest, seeds vary fastest.
---@field zip fun(values: any[]): dt.alternatives As dt.sweep, but all zips of a scenario advance together: the first run has the first value of each, the second the second.  All have equally many values.
local dt = {}

---@param t? dt.distribution.constant
---@return dt.distribution.constant
function dt.constant(t) end

---@param t? dt.distribution.exponential
---@return dt.distribution.exponential
function dt.exponential(t) end

---@param t? dt.distribution.shifted_exponential
---@return dt.distribution.shifted_exponential
function dt.shifted_exponential(t) end

---@param t? dt.distribution.pareto
---@return dt.distribution.pareto
function dt.pareto(t) end

---@param t? dt.distribution.lognormal
---@return dt.distribution.lognormal
function dt.lognormal(t) end

---@param t? dt.distribution.normal
---@return dt.distribution.normal
function dt.normal(t) end

---@param t? dt.distribution.uniform
---@return dt.distribution.uniform
function dt.uniform(t) end

---@param t? dt.distribution.bimodal
---@return dt.distribution.bimodal
function dt.bimodal(t) end

---@param t? dt.distribution.each
---@return dt.distribution.each
function dt.each(t) end

---@param t? dt.distribution.trace
---@return dt.distribution.trace
function dt.trace(t) end

return dt
