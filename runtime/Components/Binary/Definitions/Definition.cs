namespace Tapedeck.Components.Binary.Definitions;

/// <summary>A definition of a component, or a declarator of a component or instance type. The records of this folder are named after the productions of <c>Binary.md</c>.</summary>
/// <param name="Offset">Its first byte in the outermost component.</param>
/// <param name="Section">The section that errors name.</param>
internal abstract record Definition(int Offset, string Section);
