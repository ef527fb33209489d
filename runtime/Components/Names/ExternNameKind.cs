namespace Tapedeck.Components.Names;

internal enum ExternNameKind : byte
{
    /// <summary><c>greet</c></summary>
    Plain,

    /// <summary><c>[constructor]counter</c></summary>
    Constructor,

    /// <summary><c>[method]counter.add</c></summary>
    Method,

    /// <summary><c>[static]counter.merge</c></summary>
    Static,

    /// <summary><c>wasi:io/streams@0.2.0</c></summary>
    Interface,
}
