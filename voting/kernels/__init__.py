"""Counting kernels: functions of arrays, short and exact; their input is already validated."""
