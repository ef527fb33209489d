namespace Tapedeck.Wasm;

/// <summary>Every call thread is taken and the queue is full. Trying again later may work.</summary>
public sealed class BusyException() : Exception("all call threads are busy and the queue is full");
