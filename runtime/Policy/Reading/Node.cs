namespace Tapedeck.Policy.Reading;

/// <summary>A value of a YAML or JSON document with its place.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
public abstract record Node(int Line, int Column)
{
    /// <summary>What it is, for messages.</summary>
    public abstract string Describe();
}
