// Tests of ModelProviders.
