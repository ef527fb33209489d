// A stack machine whose instructions a switch dispatches: one br_table per instruction, stack and variables in memory.
#include "kernel.h"

enum { PUSH, LOAD, STORE, ADD, SUB, MUL, AND, XOR, SHR, LESS, JUMP, JUMP_IF, JUMP_UNLESS, DUP, SWAP, DROP, FETCH, PUT, CALL, RETURN, HALT };
enum { I, J, SUM, SEED };

#define CELLS 1024

static i32 code[256];
static i32 size;
static i32 stack[64], frames[64], variables[16], cells[CELLS];

static i32 emit(i32 value)
{
    code[size] = value;
    return size++;
}

static i32 emit2(i32 op, i32 operand)
{
    emit(op);
    return emit(operand);
}

static void emit_increment(i32 variable, i32 by_op, i32 by)
{
    emit2(LOAD, variable);
    emit2(by_op, by);
    emit(ADD);
    emit2(STORE, variable);
}

// Jumps back to top while variable < CELLS.
static void emit_while_below(i32 variable, i32 top)
{
    emit2(LOAD, variable);
    emit2(PUSH, CELLS);
    emit(LESS);
    emit2(JUMP_IF, top);
}

// All cells to 1.
static void emit_clear(void)
{
    emit2(PUSH, 0);
    emit2(STORE, I);
    i32 top = size;
    emit2(PUSH, 1);
    emit2(LOAD, I);
    emit(PUT);
    emit_increment(I, PUSH, 1);
    emit_while_below(I, top);
}

// The multiples of every cell that is still 1 to 0.
static void emit_sieve(void)
{
    emit2(PUSH, 2);
    emit2(STORE, I);
    i32 outer = size;
    emit2(LOAD, I);
    emit(FETCH);
    i32 composite = emit2(JUMP_UNLESS, 0);
    emit2(LOAD, I);
    emit(DUP);
    emit(ADD);
    emit2(STORE, J);
    i32 inner = size;
    emit2(LOAD, J);
    emit2(PUSH, CELLS);
    emit(LESS);
    i32 done = emit2(JUMP_UNLESS, 0);
    emit2(PUSH, 0);
    emit2(LOAD, J);
    emit(PUT);
    emit_increment(J, LOAD, I);
    emit2(JUMP, inner);
    code[composite] = code[done] = size;
    emit_increment(I, PUSH, 1);
    emit_while_below(I, outer);
}

// Sums what a subroutine makes of each cell.
static void emit_sum(void)
{
    emit2(PUSH, 0);
    emit2(STORE, I);
    i32 top = size;
    emit2(LOAD, I);
    emit(FETCH);
    i32 call = emit2(CALL, 0);
    emit2(LOAD, SUM);
    emit(ADD);
    emit2(STORE, SUM);
    emit_increment(I, PUSH, 1);
    emit_while_below(I, top);
    emit(HALT);
    code[call] = size;
    emit2(LOAD, SEED);
    emit2(PUSH, 1103515245);
    emit(MUL);
    emit2(PUSH, 12345);
    emit(ADD);
    emit(DUP);
    emit2(STORE, SEED);
    emit2(PUSH, 16);
    emit(SHR);
    emit(XOR);
    emit2(LOAD, I);
    emit(SWAP);
    emit(SUB);
    emit2(PUSH, 0xffff);
    emit(AND);
    emit(DUP);
    emit(DROP);
    emit(RETURN);
}

static void execute(void)
{
    i32 pc = 0, sp = 0, fp = 0;
    for (;;) {
        switch (code[pc++]) {
        case PUSH: stack[sp++] = code[pc++]; break;
        case LOAD: stack[sp++] = variables[code[pc++]]; break;
        case STORE: variables[code[pc++]] = stack[--sp]; break;
        case ADD: sp--; stack[sp - 1] += stack[sp]; break;
        case SUB: sp--; stack[sp - 1] -= stack[sp]; break;
        case MUL: sp--; stack[sp - 1] = (i32)((u32)stack[sp - 1] * (u32)stack[sp]); break;
        case AND: sp--; stack[sp - 1] &= stack[sp]; break;
        case XOR: sp--; stack[sp - 1] ^= stack[sp]; break;
        case SHR: sp--; stack[sp - 1] = (i32)((u32)stack[sp - 1] >> stack[sp]); break;
        case LESS: sp--; stack[sp - 1] = stack[sp - 1] < stack[sp]; break;
        case JUMP: pc = code[pc]; break;
        case JUMP_IF: pc = stack[--sp] ? code[pc] : pc + 1; break;
        case JUMP_UNLESS: pc = stack[--sp] ? pc + 1 : code[pc]; break;
        case DUP: stack[sp] = stack[sp - 1]; sp++; break;
        case SWAP: { i32 t = stack[sp - 1]; stack[sp - 1] = stack[sp - 2]; stack[sp - 2] = t; break; }
        case DROP: sp--; break;
        case FETCH: stack[sp - 1] = cells[stack[sp - 1] & (CELLS - 1)]; break;
        case PUT: sp -= 2; cells[stack[sp + 1] & (CELLS - 1)] = stack[sp]; break;
        case CALL: frames[fp++] = pc + 1; pc = code[pc]; break;
        case RETURN: pc = frames[--fp]; break;
        case HALT: return;
        default: __builtin_trap();
        }
    }
}

EXPORT(run) i32 run(i32 n)
{
    size = 0;
    emit_clear();
    emit_sieve();
    emit_sum();
    variables[SUM] = 0;
    variables[SEED] = 1;
    for (i32 k = 0; k < 8 * n; k++)
        execute();
    return variables[SUM];
}
