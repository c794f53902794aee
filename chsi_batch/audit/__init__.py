"""`chsi-batch audit`: how often a run is wrong, told by people who look at a sample, and by the data itself.

`population` and `sizes` draw the sample, `workbook` and `answers` hand it out and read it back, `rates` says
what the answers mean; `hiding` takes known people's ID numbers away and sees whom the other rules find.
"""
