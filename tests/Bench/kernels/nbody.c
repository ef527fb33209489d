// Gravity between the sun and four planets: doubles, square roots and divisions, everything in memory.
#include "kernel.h"

#define BODIES 5
#define STEPS 10000

typedef struct { double x, y, z, vx, vy, vz, mass; } body;

static body bodies[BODIES];

static void place(body *b, double r, double tilt, double speed, double mass)
{
    b->x = r;
    b->y = 0.3 * r;
    b->z = tilt * r;
    b->vx = -0.3 * speed;
    b->vy = speed;
    b->vz = tilt * speed;
    b->mass = mass;
}

static void start(void)
{
    place(&bodies[0], 0.0, 0.0, 0.0, 39.47841760435743);
    place(&bodies[1], 4.84, -0.021, 2.6, 0.0377);
    place(&bodies[2], 8.34, -0.044, 1.8, 0.0113);
    place(&bodies[3], 12.89, -0.017, 1.3, 0.0017);
    place(&bodies[4], 15.38, 0.012, 1.0, 0.0020);
}

static void advance(double dt)
{
    for (i32 i = 0; i < BODIES; i++) {
        body *a = &bodies[i];
        for (i32 j = i + 1; j < BODIES; j++) {
            body *b = &bodies[j];
            double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
            double d2 = dx * dx + dy * dy + dz * dz;
            double f = dt / (d2 * __builtin_sqrt(d2));
            double fa = f * b->mass, fb = f * a->mass;
            a->vx -= dx * fa; a->vy -= dy * fa; a->vz -= dz * fa;
            b->vx += dx * fb; b->vy += dy * fb; b->vz += dz * fb;
        }
    }
    for (i32 i = 0; i < BODIES; i++) {
        body *a = &bodies[i];
        a->x += dt * a->vx;
        a->y += dt * a->vy;
        a->z += dt * a->vz;
    }
}

EXPORT(run) i32 run(i32 n)
{
    start();
    for (i32 k = 0; k < n; k++)
        for (i32 s = 0; s < STEPS; s++)
            advance(0.001);
    u32 hash = 0;
    for (i32 i = 0; i < BODIES; i++) {
        union { double d; u64 bits; } u = { bodies[i].x };
        hash = mix(mix(hash, (u32)u.bits), (u32)(u.bits >> 32));
    }
    return (i32)hash;
}
