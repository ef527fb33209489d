using Tapedeck.Wasm;

namespace Tapedeck.Fuzz.Playing;

/// <summary>What a module imports and what the host is to give.</summary>
/// <param name="TypeIndex">Of a function: its type in the module.</param>
/// <param name="Initial">Of a global: its value, as <see cref="Bits"/> writes it.</param>
/// <param name="Share">The number of the host's object: two imports of one number are given the same memory, table or global.</param>
internal sealed record Import(string Module, string Name, ExternType Type, int TypeIndex, string? Initial, int Share);
