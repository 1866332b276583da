"""What the model was made and judged with; nothing that ships imports it.

`corpus` is the data, `baselines` the networks that only research has, `training` trains, `metrics`
are the formulas, `evaluation` the paper's tables and figures.
"""
