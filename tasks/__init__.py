"""The worker's side: tasks that call services, and when they run."""
