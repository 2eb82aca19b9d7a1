// Tests of PocketModels.
