using Tapedeck.Wasm;

namespace Tapedeck.Fuzz.Modules;

/// <summary>A global of a generated module.</summary>
/// <param name="Init">Its initialiser; null for an imported one.</param>
internal sealed record Global(GlobalType Type, Node? Init);
