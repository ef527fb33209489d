namespace Tapedeck.Components.Types;

/// <summary>The constructor of a value type, in the order of the specification.</summary>
/// <remarks><see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/Explainer.md#type-definitions"/></remarks>
public enum WitKind : byte
{
    Bool,
    S8,
    U8,
    S16,
    U16,
    S32,
    U32,
    S64,
    U64,
    F32,
    F64,
    Char,
    String,
    ErrorContext,
    Record,
    Variant,
    List,
    FixedList,
    Tuple,
    Flags,
    Enum,
    Option,
    Result,
    Map,
    Own,
    Borrow,
    Stream,
    Future,
}
