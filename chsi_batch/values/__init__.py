"""One module per kind of value. Each opens with what the thing is in the world, and has the same verbs.

`clean` drops accidents of typing, `fold` goes one step further for looser comparison, `fault` names what is
wrong as a code, `state` compares two of them in one word; `keys` does the same for whole columns. Scalars are
the specification. Nothing raises for a value.
"""
