namespace Tapedeck.Fuzz.Playing;

/// <summary>A module and what is to be done with an instance of it.</summary>
/// <param name="Memories">The exports whose contents are compared at the end.</param>
/// <param name="Fuel">What the export <c>fuel</c> is set to before a call that is made directly.</param>
internal sealed record Scenario(byte[] Module, Import[] Imports, Call[] Calls, string[] Memories, int Fuel);
