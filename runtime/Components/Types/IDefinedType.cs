namespace Tapedeck.Components.Types;

/// <summary>What the type index space of a component holds: value, function, resource, component and instance types.</summary>
internal interface IDefinedType
{
    /// <summary>What messages call it.</summary>
    string Noun { get; }

    /// <summary>How many types it is made of, itself and all repetitions counted.</summary>
    int Nodes { get; }
}
