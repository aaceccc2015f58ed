/* columns.h - the columns of evaluations that every strategy has: lists to expand, for fields, limits and the record. */
#ifndef DT_ROLE_COLUMNS_H
#define DT_ROLE_COLUMNS_H

/* X(name, kind, unit, better, field of dt_mark, label, sentence).  A sentence is true for every strategy.  The four lists are what
 * is spent, the results, the results on each worker's own samples, and those of the workers' models beside their mean's. */
#define DT_SPENT_COLUMNS(X)                                                                                                   \
    X(time_s, REAL, "s", UNSAID, time_s, "simulated time",                                                                    \
      "simulated time at which the first worker, or the server, had finished the round; of workers with models of their own, " \
      "at which all of them had, or that the evaluation was due at")                                                          \
    X(step, COUNT, "1", UNSAID, step, "steps of a worker",                                                                    \
      "gradient steps of a worker so far; of workers that are evaluated in different rounds the mean")                        \
    X(round, COUNT, "1", UNSAID, round, "rounds", "rounds so far; of workers that are evaluated in different rounds the mean") \
    X(epoch, REAL, "1", UNSAID, epoch, "epochs", "passes over all training samples so far, all workers together")              \
    X(bytes, REAL, "B", UNSAID, bytes, "bytes received, all messages", "bytes that have arrived so far, all messages")
#define DT_RESULT_COLUMNS(X)                                                                                                  \
    X(loss, REAL, "1", LOW, loss, "loss",                                                                                     \
      "mean loss on training samples of the model that is evaluated; of several models the mean of their losses")              \
    X(accuracy, REAL, "1", HIGH, accuracy, "accuracy (%)",                                                                    \
      "share of the test samples, or without any of the training samples, that the model which is evaluated classifies right; " \
      "of several models the mean")                                                                                           \
    X(lr, REAL, "1", UNSAID, rate, "learning rate", "learning rate of the round that ends here; at the start, of the first")   \
    X(consensus_distance, REAL, "1", LOW, consensus_distance, "consensus distance",                                \
      "root mean square distance from their mean of the models that are merged or evaluated in this round; NaN: not formed")   \
    X(updates, COUNT, "1", UNSAID, updates, "updates merged in the round",                                                    \
      "updates merged, or models evaluated, in the round that ends here; 0: none, the model stayed as it was")

#define DT_OWN_COLUMNS(X)                                                                                                     \
    X(own_loss, REAL, "1", LOW, own_loss, "loss on own samples",                                                              \
      "mean over workers of the loss, on a worker's own samples (split.own), of the model that is evaluated, or is its own")   \
    X(own_accuracy, REAL, "1", HIGH, own_accuracy, "accuracy on own samples (%)",                                             \
      "mean over workers of the share of a worker's own samples that the model which is evaluated, or is its own, classifies " \
      "right; each worker counts once")                                                                                       \
    X(own_least, REAL, "1", HIGH, own_least, "least accuracy on own samples (%)",                                             \
      "share of its own samples that this model classifies right for the worker for which it is least")                       \
    X(own_p10, REAL, "1", HIGH, own_p10, "accuracy on own samples, 10th percentile (%)",                                      \
      "10th percentile over workers of the accuracy on a worker's own samples, between two of them in proportion")           \
    X(own_median, REAL, "1", HIGH, own_median, "accuracy on own samples, median worker (%)",                                  \
      "median over workers of the accuracy on a worker's own samples")                                                        \
    X(own_p90, REAL, "1", HIGH, own_p90, "accuracy on own samples, 90th percentile (%)",                                      \
      "90th percentile over workers of the accuracy on a worker's own samples, between two of them in proportion")           \
    X(own_deviation, REAL, "1", LOW, own_deviation, "deviation of accuracy on own samples",                                   \
      "standard deviation over workers of the accuracy on a worker's own samples: 0 if all are alike (the fairness of q-FedAvg)") \
    X(own_fairness, REAL, "1", HIGH, own_fairness, "fairness index of accuracy on own samples",                               \
      "Jain's fairness index of the accuracies a of the n workers on their own samples, (sum a)^2 / (n sum a^2): 1 if all are " \
      "alike, 1 / n if one has everything, NaN if nobody has any")

#define DT_EACH_COLUMNS(X)                                                                                                    \
    X(loss_each, REAL, "1", LOW, loss_each, "loss, mean of the workers'",                                                      \
      "mean over workers of the loss of each worker's model, where the model that is evaluated is the mean of their models")  \
    X(accuracy_each, REAL, "1", HIGH, accuracy_each, "accuracy, mean of the workers' (%)",                                     \
      "mean over workers of the accuracy of each worker's model, where the model that is evaluated is the mean of their models")

#endif
