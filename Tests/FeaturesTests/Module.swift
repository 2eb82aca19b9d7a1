// Tests of Features.
