using Tapedeck.Components.Binary.Definitions;
using Tapedeck.Wasm;

namespace Tapedeck.Components.Abi;

/// <summary>The <c>canonopt</c>s of a lifted or lowered function, with what they name.</summary>
/// <remarks><see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md#canonical-abi-options"/></remarks>
internal sealed record CanonicalOptions(StringEncoding StringEncoding, Memory? Memory, Func? Realloc, Func? PostReturn);
