"""Coverage: how often P90 to P10 of a study holds the truth of simulated deposits, and how wide it is for that.

    deposits    kinds of deposits and of drilling, and a simulator that shares no code with the product
    true_model  the interval of who knows the model that the deposit was drawn from
    study       a deposit's samples through `tailings.study.run`
    counting    coverage, bias and score of a case, by class
    report      the table and the picture of docs/bench

`python -m bench.coverage` writes docs/bench/coverage.json, and the document and the picture that are made of it.
"""
