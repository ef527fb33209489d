using Tapedeck.Wasm.Binary;

namespace Tapedeck.Wasm.Compilation.Inlining;

/// <summary>A function whose body is written in the place of a call.</summary>
/// <param name="Function">Its index in the module.</param>
/// <param name="Locals">The types of its parameters and locals.</param>
/// <param name="FirstKey">The key of its first local among those of the method, which no other body shares.</param>
internal sealed record InlinedBody(int Function, FunctionBody Code, FuncType Type, ValType[] Locals, int FirstKey);
