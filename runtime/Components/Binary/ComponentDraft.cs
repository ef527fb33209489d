using Tapedeck.Components.Binary.Definitions;

namespace Tapedeck.Components.Binary;

/// <summary>A component while it is read.</summary>
internal sealed class ComponentDraft(ReadOnlyMemory<byte> bytes, DecodingBudget budget)
{
    private readonly List<Definition> _definitions = [];
    private readonly List<CustomSection> _customSections = [];

    internal ReadOnlyMemory<byte> Bytes { get; } = bytes;

    /// <summary>What is left for this component and all around and inside it.</summary>
    internal DecodingBudget Budget { get; } = budget;

    internal ComponentLimits Limits => Budget.Limits;

    internal void Add(Definition definition) => _definitions.Add(definition);

    internal void Add(CustomSection section) => _customSections.Add(section);

    internal ComponentDeclaration ToDeclaration() => new(Bytes, _definitions, _customSections);
}
