// The arithmetic of Neural: everything that touches many floats. Called by Neural only; knows no model and no file format.
//
// Each kernel family has a plain reference (ck_levels.h: CK_REFERENCE) and faster variants that are chosen at run time by what
// the processor can do. All variants compute every output element in an order that does not depend on how many rows are
// computed together, so a picture does not depend on its neighbours in a batch.
#ifndef CKERNELS_H
#define CKERNELS_H

#include "ck_levels.h"
#include "ck_pool.h"
#include "ck_pack.h"
#include "ck_matmul.h"
#include "ck_conv.h"
#include "ck_attention.h"
#include "ck_norm.h"
#include "ck_activation.h"
#include "ck_sample.h"
#include "ck_rows.h"
#include "ck_pages.h"
#include "ck_blocks.h"
#include "ck_train.h"
#include "ck_adapters.h"

#endif
