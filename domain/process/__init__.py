"""What every process of ours needs: settings, logs, metrics, traces, and help with tasks.

May import texts, errors and documents. It knows nothing of seats.
"""
