"""A TAESD with random weights, in the layout of diffusers: python random_taesd.py OUT"""

import sys

import torch
from diffusers import AutoencoderTiny

torch.manual_seed(0)
AutoencoderTiny().half().save_pretrained(sys.argv[1])
