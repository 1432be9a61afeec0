// Tests of SEAMCore.
