using Tapedeck.Components.Binary.Definitions;

namespace Tapedeck.Components.Binary;

/// <summary>A decoded component: what the bytes define, in their order. Indices are as they were read; what they mean is for validation to say.</summary>
/// <param name="Bytes">The outermost component; offsets count from its start.</param>
internal sealed record ComponentDeclaration(ReadOnlyMemory<byte> Bytes, IReadOnlyList<Definition> Definitions, IReadOnlyList<CustomSection> CustomSections);

/// <param name="Start">Where the bytes behind the name start.</param>
internal sealed record CustomSection(string Name, int Start, int Length);
