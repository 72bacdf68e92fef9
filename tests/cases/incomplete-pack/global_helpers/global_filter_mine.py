import unasked

ON = unasked.ON
