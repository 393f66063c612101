#include "CPNGFile.h"
