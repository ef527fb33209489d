// Calls across the border: an export that does nothing, and a loop around an import.
#include "kernel.h"

__attribute__((import_module("host"), import_name("next"))) i32 host_next(i32);

EXPORT(empty) void empty(void)
{
}

EXPORT(call_host) i32 call_host(i32 n)
{
    i32 value = 0;
    while (n-- > 0)
        value = host_next(value);
    return value;
}
