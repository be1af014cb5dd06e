"""Measurements of this machine: inference beside other rule engines, the library, the command, memory."""
